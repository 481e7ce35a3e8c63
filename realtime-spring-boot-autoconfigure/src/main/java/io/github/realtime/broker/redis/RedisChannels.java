package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.realtime.RealtimeUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * The channels that this instance knows. It remembers those that it listens to, and for a
 * while those that it has used.
 */
final class RedisChannels {

	/** How many channels are remembered that nobody listens to. */
	private static final int MAX_REMEMBERED = 100_000;

	private final ConcurrentMap<String, RedisChannel> channels = new ConcurrentHashMap<>();

	private final Function<String, RedisChannel> factory;

	private final Duration timeout;

	private final Executor workers;

	/**
	 * A channel has turned out to be in a new epoch. Redis has lost what it had, of
	 * others too maybe.
	 */
	private volatile boolean lost;

	/**
	 * Creates it without a channel.
	 * @param factory makes a channel
	 * @param timeout how long listening may take to begin
	 * @param workers complete futures
	 */
	RedisChannels(Function<String, RedisChannel> factory, Duration timeout, Executor workers) {
		this.factory = factory;
		this.timeout = timeout;
		this.workers = workers;
	}

	/**
	 * Finds or makes a channel.
	 * @param name its name
	 * @return the channel
	 */
	RedisChannel get(String name) {
		RedisChannel known = this.channels.get(name);
		if (known != null) {
			return known;
		}
		return (this.channels.size() < MAX_REMEMBERED) ? this.channels.computeIfAbsent(name, this.factory)
				: this.factory.apply(name);
	}

	@Nullable RedisChannel find(String name) {
		return this.channels.get(name);
	}

	/**
	 * Begins to listen to a channel.
	 * @param name its name
	 * @param subscribe subscribes to a pub/sub channel
	 * @return completes when listening has begun
	 */
	CompletableFuture<Void> listen(String name, Consumer<String> subscribe) {
		RedisChannel listened = this.channels.compute(name, (same, known) -> {
			RedisChannel used = (known != null) ? known : this.factory.apply(name);
			// In here, so that it is not forgotten in the same moment
			used.use();
			return used;
		});
		// Not in there: the reply may come sooner than the channel could be found
		return listened.listen(() -> subscribe.accept(listened.relayName()));
	}

	void unlisten(String name) {
		RedisChannel known = this.channels.get(name);
		if (known != null) {
			known.unlisten();
		}
	}

	/**
	 * Notes that a channel has reached a position, as a script replied that knew the
	 * highest one before.
	 * @param channel the channel
	 * @param position the position
	 */
	void reached(RedisChannel channel, AssignedPosition position) {
		if (channel.reached(position)) {
			this.lost = true;
		}
	}

	/**
	 * Notes that a publication was received.
	 * @param channel its channel
	 * @param position its position
	 */
	void received(RedisChannel channel, AssignedPosition position) {
		if (channel.received(position)) {
			this.lost = true;
		}
	}

	/**
	 * Looks after the channels.
	 * @param now the time in nanoseconds
	 * @param unsubscribe unsubscribes from a pub/sub channel
	 */
	void tick(long now, Consumer<String> unsubscribe) {
		boolean lost = this.lost;
		this.lost = false;
		this.channels.forEach((name, channel) -> {
			CompletableFuture<Void> overdue = channel.tick(now, this.timeout, lost,
					() -> unsubscribe.accept(channel.relayName()));
			if (overdue != null) {
				this.workers.execute(() -> overdue.completeExceptionally(RedisFailures.notListening(this.timeout)));
			}
			if (channel.isForgettable(now)) {
				this.channels.computeIfPresent(name,
						(same, current) -> (current == channel && channel.isForgettable(now)) ? null : current);
			}
		});
	}

	/**
	 * Ends what waits for listening to begin.
	 */
	void close() {
		RealtimeUnavailableException closed = RedisFailures.closed();
		this.channels.values().forEach((channel) -> channel.listening().completeExceptionally(closed));
	}

}
