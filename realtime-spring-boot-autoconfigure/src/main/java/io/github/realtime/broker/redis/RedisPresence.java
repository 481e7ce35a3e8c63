package io.github.realtime.broker.redis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.github.realtime.broker.MemberPage;
import io.github.realtime.broker.PresenceChange;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * Writes which clients of this instance are members of channels, and reads all members.
 */
final class RedisPresence implements InstanceLease.Holder {

	/** What a script returns for a client that is on another instance. */
	private static final Long ELSEWHERE = 2L;

	private final InstanceLease lease;

	private final ScriptRunner scripts;

	private final RedisKeys keys;

	private final Supplier<byte @Nullable []> publishCommand;

	/** Stays the same when the lease gets another name. */
	private final String origin;

	private final Map<Place, LocalStay> stays = new HashMap<>();

	/** Redis may not know that these have begun. */
	private final Set<Place> unsure = ConcurrentHashMap.newKeySet();

	/** Redis may not know that these are over. */
	private final Map<LocalStay, Place> over = new ConcurrentHashMap<>();

	/**
	 * Creates it.
	 * @param lease proves to others that this instance is alive
	 * @param scripts runs scripts
	 * @param publishCommand returns the command with which a script sends a message, or
	 * {@code null} while that is not known
	 * @param keys names what is in Redis
	 */
	RedisPresence(InstanceLease lease, ScriptRunner scripts, Supplier<byte @Nullable []> publishCommand,
			RedisKeys keys) {
		this.lease = lease;
		this.scripts = scripts;
		this.keys = keys;
		this.publishCommand = publishCommand;
		this.origin = lease.name();
		lease.add(this);
	}

	synchronized CompletableFuture<?> enter(String channel, String clientId, String token, Line member) {
		Place place = new Place(channel, clientId);
		LocalStay before = this.stays.put(place, new LocalStay(this.origin + ":" + token, this.lease.name(), member));
		if (before == null) {
			this.lease.hold(channel);
		}
		return write(place, false);
	}

	/**
	 * One at a time, so that Redis ends up with the last state. What is written again may
	 * be old: the client may be on another instance by now, and is left to that for as
	 * long as it stays there.
	 */
	private synchronized CompletableFuture<?> write(Place place, boolean again) {
		this.unsure.remove(place);
		LocalStay stay = this.stays.get(place);
		if (stay == null) {
			return CompletableFuture.completedFuture(null);
		}
		return run(call(Script.ENTER, "join", place, stay.name()).with(ScriptArgument.MEMBER, stay.member().text())
			.with(ScriptArgument.REPEATED, again)).whenComplete((reply, failure) -> {
				if (failure != null || reply.get(0).equals(ELSEWHERE)) {
					this.unsure.add(place);
				}
			});
	}

	synchronized void leave(String channel, String clientId, String token) {
		Place place = new Place(channel, clientId);
		LocalStay stay = this.stays.get(place);
		if (stay != null && stay.token().equals(this.origin + ":" + token)) {
			this.stays.remove(place);
			leave(place, stay);
		}
	}

	private void leave(Place place, LocalStay stay) {
		run(call(Script.LEAVE, "leave", place, stay.name())).whenComplete((reply, failure) -> {
			if (failure != null) {
				this.over.put(stay, place);
			}
			else {
				this.lease.release(place.channel());
			}
		});
	}

	/**
	 * Runs a script that publishes a change.
	 */
	private CompletableFuture<List<Object>> run(ScriptCall call) {
		byte[] publish = this.publishCommand.get();
		return (publish != null) ? this.scripts.run(call.with(ScriptArgument.PUBLISH_COMMAND, publish))
				: CompletableFuture.failedFuture(RedisFailures.noConnection());
	}

	private ScriptCall call(Script script, String type, Place place, String stay) {
		return call(script, place.channel()).with(ScriptArgument.RELAY, this.keys.relay(place.channel()))
			.with(ScriptArgument.LINE_HEAD, PresenceChange.head(type, place.channel()))
			.with(ScriptArgument.CLIENT_ID, place.clientId())
			.with(ScriptArgument.STAY, stay);
	}

	private ScriptCall call(Script script, String channel) {
		return new ScriptCall(script).with(ScriptKey.MEMBER_IDS, this.keys.memberIds(channel))
			.with(ScriptKey.MEMBERS, this.keys.members(channel))
			.with(ScriptKey.MEMBERS_NUMBERING, this.keys.membersNumbering(channel));
	}

	CompletableFuture<MemberPage> members(String channel, @Nullable String after, int limit) {
		this.lease.use();
		return this.scripts
			.run(call(Script.MEMBERS, channel).with(ScriptArgument.AFTER, after).with(ScriptArgument.LIMIT, limit))
			.thenApply((reply) -> {
				String next = Bytes.text(reply.get(2));
				return new MemberPage((Long) reply.get(0), (Long) reply.get(1),
						reply.stream().skip(3).map((member) -> Line.of(Bytes.text(member))).toList(),
						next.isEmpty() ? null : next);
			});
	}

	/**
	 * Writes again what may be wrong in Redis.
	 */
	void tick() {
		InstanceLease.some(this.unsure).forEach((place) -> write(place, true));
		Map.copyOf(this.over).forEach((stay, place) -> {
			this.over.remove(stay);
			leave(place, stay);
		});
	}

	@Override
	public synchronized void writeAgain() {
		this.stays.replaceAll((place, stay) -> new LocalStay(stay.token(), this.lease.name(), stay.member()));
		this.unsure.addAll(this.stays.keySet());
	}

	@Override
	public CompletableFuture<?> cleanUp(String dead, String channel) {
		return run(call(Script.LEAVE, "leave", new Place(channel, ""), dead + ":"));
	}

	private record Place(String channel, String clientId) {

	}

	private record LocalStay(String token, String instance, Line member) {

		private String name() {
			return this.instance + ":" + this.token;
		}

	}

}
