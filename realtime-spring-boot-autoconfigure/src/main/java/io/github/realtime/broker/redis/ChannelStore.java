package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.broker.Draft;
import io.github.realtime.broker.History;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StateOutcome.Changed;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to channels, changes their state and reads them, each with one script. From
 * every reply it notes the position that the channel has reached, which the next script
 * gets.
 */
final class ChannelStore {

	private static final byte[] IDEMPOTENCY_TTL = Bytes.of(Duration.ofMinutes(5).toMillis());

	/** How many values {@code read.lua} returns before the first entry. */
	private static final int READ_HEADER = 5;

	private final byte[] epochPrefix;

	private final RedisChannels channels;

	private final ScriptRunner scripts;

	private final Supplier<byte @Nullable []> publishCommand;

	private final RedisKeys keys;

	/**
	 * Creates it.
	 * @param epochPrefix what every epoch begins with that this instance begins; the
	 * server adds its time
	 * @param channels the channels
	 * @param scripts runs scripts
	 * @param publishCommand returns the command with which a script sends a message, or
	 * {@code null} while that is not known
	 * @param keys names what is in Redis
	 */
	ChannelStore(String epochPrefix, RedisChannels channels, ScriptRunner scripts,
			Supplier<byte @Nullable []> publishCommand, RedisKeys keys) {
		this.epochPrefix = Bytes.of(epochPrefix);
		this.channels = channels;
		this.scripts = scripts;
		this.publishCommand = publishCommand;
		this.keys = keys;
	}

	CompletableFuture<Position> publish(Draft draft) {
		byte[] publish = this.publishCommand.get();
		if (publish == null) {
			return CompletableFuture.failedFuture(RedisFailures.noConnection());
		}
		RedisChannel channel = this.channels.get(draft.channel());
		ScriptCall call = append(Script.PUBLISH, channel, publish)
			.with(ScriptKey.IDEMPOTENCY_KEY, idempotencyKey(draft.channel(), draft.idempotencyKey()))
			.with(ScriptArgument.LINE_HEAD, draft.head())
			.with(ScriptArgument.LINE_END, draft.tail().text())
			.with(ScriptArgument.EXCLUDED_CLIENT, draft.excluded());
		return this.scripts.run(call).thenApply((reply) -> {
			Position position = new Position(Bytes.text(reply.get(0)), (Long) reply.get(1));
			String term = Bytes.text(reply.get(2));
			// Without one it was assigned before, maybe in an epoch that is over
			if (!term.isEmpty()) {
				this.channels.reached(channel, new AssignedPosition(position, term));
			}
			return position;
		});
	}

	CompletableFuture<StateOutcome> change(StateChange change) {
		byte[] publish = this.publishCommand.get();
		if (publish == null) {
			return CompletableFuture.failedFuture(RedisFailures.noConnection());
		}
		RedisChannel channel = this.channels.get(change.channel());
		ScriptCall call = append(Script.CHANGE, channel, publish)
			.with(ScriptKey.IDEMPOTENCY_KEY, idempotencyKey(change.channel(), change.idempotencyKey()))
			.with(ScriptArgument.LINE_HEAD, change.head())
			.with(ScriptArgument.LINE_END, change.end())
			.with(ScriptArgument.EXCLUDED_CLIENT, Bytes.EMPTY)
			.with(ScriptArgument.EDITS, StateCodec.write(change.edits()));
		channel.arguments().addState(call);
		return this.scripts.run(call).thenApply((reply) -> {
			StateOutcome outcome = StateCodec.outcome(change.edits(), reply);
			if (outcome instanceof Changed changed && !changed.repeated()) {
				this.channels.reached(channel, new AssignedPosition(changed.position(), Bytes.text(reply.get(3))));
			}
			return outcome;
		});
	}

	CompletableFuture<@Nullable StateEntry> value(String channel, String key) {
		return this.scripts
			.run(this.channels.get(channel).arguments().call(Script.VALUE).with(ScriptArgument.STATE_KEY, key))
			.thenApply((reply) -> reply.isEmpty() ? null
					: StateCodec.entry((Long) reply.get(0), (byte[]) reply.get(1), 0));
	}

	CompletableFuture<Boolean> hasChanged(String channel, String idempotencyKey) {
		return this.scripts
			.run(this.channels.get(channel)
				.arguments()
				.call(Script.KNOWN)
				.with(ScriptKey.IDEMPOTENCY_KEY, this.keys.idempotencyKey(channel, idempotencyKey)))
			.thenApply((reply) -> reply.get(0).equals(1L));
	}

	/**
	 * Reads a channel.
	 * @param name its name
	 * @param since the position to read on from, or {@code null} for the newest
	 * @param limit how many publications at most
	 * @param withState whether to read the state if publications after the position are
	 * missing, or there is no position
	 * @return the history; completes on the driver's thread
	 */
	CompletableFuture<History> read(String name, @Nullable Position since, int limit, boolean withState) {
		RedisChannel channel = this.channels.get(name);
		ScriptCall call = open(Script.READ, channel)
			.with(ScriptArgument.SINCE_EPOCH, (since != null) ? since.epoch() : null)
			.with(ScriptArgument.SINCE_OFFSET, (since != null) ? since.offset() : 0)
			.with(ScriptArgument.LIMIT, limit)
			.with(ScriptArgument.LISTENED, channel.isListened())
			.with(ScriptArgument.WITH_STATE, withState);
		channel.arguments().addHistoryTtl(call);
		return this.scripts.run(call).thenApply((reply) -> {
			History history = history(name, reply);
			this.channels.reached(channel, new AssignedPosition(history.top(), Bytes.text(reply.get(2))));
			if (channel.isListened()) {
				// On the driver's thread, which brings the lowest top first
				channel.delivery().seen(history.top());
			}
			return history;
		});
	}

	private static History history(String channel, List<Object> reply) {
		String epoch = Bytes.text(reply.get(0));
		List<Publication> publications = new ArrayList<>((reply.size() - READ_HEADER) / 3);
		for (int i = READ_HEADER; i < reply.size(); i += 3) {
			publications.add(PublicationMessage.of(channel, new Position(epoch, (Long) reply.get(i)),
					(byte[]) reply.get(i + 2), (byte[]) reply.get(i + 1)));
		}
		return new History(new Position(epoch, (Long) reply.get(1)), reply.get(3).equals(1L), publications,
				(reply.get(4) instanceof List<?> state) ? StateCodec.entries(state) : null);
	}

	private @Nullable String idempotencyKey(String channel, @Nullable String idempotencyKey) {
		return (idempotencyKey != null) ? this.keys.idempotencyKey(channel, idempotencyKey) : null;
	}

	/**
	 * Begins the call of a script that includes {@code append.lua}. What is in the line
	 * is still missing.
	 */
	private ScriptCall append(Script script, RedisChannel channel, byte[] publish) {
		ScriptCall call = open(script, channel).with(ScriptArgument.PUBLISH_COMMAND, publish)
			.with(ScriptArgument.IDEMPOTENCY_TTL, IDEMPOTENCY_TTL);
		channel.arguments().addAppend(call);
		return call;
	}

	/**
	 * Begins the call of a script that includes {@code channel.lua}.
	 */
	private ScriptCall open(Script script, RedisChannel channel) {
		AssignedPosition known = channel.highest();
		return channel.arguments()
			.call(script)
			.with(ScriptArgument.EPOCH_PREFIX, this.epochPrefix)
			.with(ScriptArgument.KNOWN_EPOCH, (known != null) ? known.position().epoch() : null)
			.with(ScriptArgument.KNOWN_OFFSET, (known != null) ? known.position().offset() : 0)
			.with(ScriptArgument.KNOWN_TERM, (known != null) ? known.term() : null);
	}

}
