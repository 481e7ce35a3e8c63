package io.github.realtime.broker.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.github.realtime.broker.MemberPage;
import io.github.realtime.broker.PresenceChange;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * The clients of this instance that are members of channels, and who all the others are.
 */
final class RedisPresence implements InstanceLease.Holder {

	/** What a script returns for a client that is on another instance. */
	private static final Long ELSEWHERE = 2L;

	private final InstanceLease lease;

	private final InstanceLease.Scripts scripts;

	private final RedisKeys keys;

	private final Function<String, @Nullable List<byte[]>> relays;

	/** Stays the same when the lease gets another name. */
	private final String origin;

	private final Map<Place, Stay> stays = new HashMap<>();

	/** Of these it is not known whether Redis knows that they have begun. */
	private final Set<Place> unsure = ConcurrentHashMap.newKeySet();

	/** Of these it is not known whether Redis knows that they are over. */
	private final Map<Stay, Place> over = new ConcurrentHashMap<>();

	/**
	 * Creates it.
	 * @param lease lets others see whether this instance lives
	 * @param scripts runs scripts
	 * @param keys names what is in Redis
	 * @param relays by a channel the command that publishes to those who listen to it,
	 * and its pub/sub channel, or {@code null} while that is not known
	 */
	RedisPresence(InstanceLease lease, InstanceLease.Scripts scripts, RedisKeys keys,
			Function<String, @Nullable List<byte[]>> relays) {
		this.lease = lease;
		this.scripts = scripts;
		this.keys = keys;
		this.relays = relays;
		this.origin = lease.name();
		lease.add(this);
	}

	synchronized CompletableFuture<?> enter(String channel, String clientId, String token, Line member) {
		Place place = new Place(channel, clientId);
		Stay before = this.stays.put(place, new Stay(this.origin + ":" + token, this.lease.name(), member));
		if (before == null) {
			this.lease.hold(channel);
		}
		return tell(place, false);
	}

	/**
	 * One at a time, so that the last word is right. What is told again may be old: the
	 * client may be on another instance by now, and is left to that for as long as it
	 * stays there.
	 */
	private synchronized CompletableFuture<?> tell(Place place, boolean again) {
		this.unsure.remove(place);
		Stay stay = this.stays.get(place);
		if (stay == null) {
			return CompletableFuture.completedFuture(null);
		}
		return run(Script.ENTER, place.channel(), "join", place.clientId(), stay.name(), stay.member().text(),
				again ? "1" : "0")
			.whenComplete((reply, failure) -> {
				if (failure != null || reply.get(0).equals(ELSEWHERE)) {
					this.unsure.add(place);
				}
			});
	}

	synchronized void leave(String channel, String clientId, String token) {
		Place place = new Place(channel, clientId);
		Stay stay = this.stays.get(place);
		if (stay != null && stay.token().equals(this.origin + ":" + token)) {
			this.stays.remove(place);
			leave(place, stay);
		}
	}

	private void leave(Place place, Stay stay) {
		run(Script.LEAVE, place.channel(), "leave", place.clientId(), stay.name()).whenComplete((reply, failure) -> {
			if (failure != null) {
				this.over.put(stay, place);
			}
			else {
				this.lease.release(place.channel());
			}
		});
	}

	private CompletableFuture<List<Object>> run(Script script, String channel, String type, String... arguments) {
		List<byte[]> relay = this.relays.apply(channel);
		if (relay == null) {
			return CompletableFuture.failedFuture(CommandRouter.noConnection());
		}
		List<byte[]> all = new ArrayList<>(relay);
		all.add(RedisBroker.bytes(PresenceChange.head(type, channel)));
		all.addAll(InstanceLease.bytes(arguments));
		return this.scripts.run(script, this.keys.presence(channel), all);
	}

	CompletableFuture<MemberPage> members(String channel, @Nullable String after, int limit) {
		this.lease.use();
		return this.scripts
			.run(Script.MEMBERS, this.keys.presence(channel),
					InstanceLease.bytes((after != null) ? after : "", Integer.toString(limit)))
			.thenApply((reply) -> {
				String next = RedisBroker.text(reply.get(2));
				return new MemberPage((Long) reply.get(0), (Long) reply.get(1),
						reply.stream().skip(3).map((member) -> Line.of(RedisBroker.text(member))).toList(),
						next.isEmpty() ? null : next);
			});
	}

	/**
	 * Tells again what may not be known.
	 */
	void tick() {
		InstanceLease.some(this.unsure).forEach((place) -> tell(place, true));
		Map.copyOf(this.over).forEach((stay, place) -> {
			this.over.remove(stay);
			leave(place, stay);
		});
	}

	@Override
	public synchronized void tellAgain() {
		this.stays.replaceAll((place, stay) -> new Stay(stay.token(), this.lease.name(), stay.member()));
		this.unsure.addAll(this.stays.keySet());
	}

	@Override
	public CompletableFuture<?> clearAway(String dead, String channel) {
		return run(Script.LEAVE, channel, "leave", "", dead + ":");
	}

	/**
	 * Reads what a script told of a change: a mark, its number, and the client's id, each
	 * of the last two followed by a space, then the line.
	 * @param channel the channel
	 * @param message the message
	 * @return the change
	 */
	static PresenceChange read(String channel, byte[] message) {
		String text = RedisBroker.text(message);
		int id = text.indexOf(' ') + 1;
		int line = text.indexOf(' ', id) + 1;
		return new PresenceChange(channel, Long.parseLong(text.substring(1, id - 1)), text.substring(id, line - 1),
				Line.of(text.substring(line)));
	}

	static boolean isChange(byte[] message) {
		return message.length > 0 && message[0] == '!';
	}

	private record Place(String channel, String clientId) {

	}

	private record Stay(String token, String instance, Line member) {

		private String name() {
			return this.instance + ":" + this.token;
		}

	}

}
