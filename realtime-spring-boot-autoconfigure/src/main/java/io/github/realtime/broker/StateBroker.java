package io.github.realtime.broker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.realtime.Position;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Broker} that keeps values.
 *
 * @since 0.1.0
 */
public interface StateBroker {

	/**
	 * Changes a channel's state and publishes the change, in one step.
	 * @param change the change. One with an idempotency key that has made a change within
	 * 5 minutes changes nothing
	 * @return what became of it; for a repeated key, where the first one was published
	 */
	CompletableFuture<StateOutcome> change(StateChange change);

	/**
	 * Reads one value.
	 * @param channel the channel
	 * @param key the key
	 * @return the value, or {@code null} if it is absent
	 */
	CompletableFuture<@Nullable StateEntry> value(String channel, String key);

	/**
	 * Reads what a client misses: the publications after its position, or, where they are
	 * not all there, or it has no position, the whole state.
	 * @param channel the channel
	 * @param since the client's position, if it has one
	 * @param limit how many publications at most
	 * @return the history; its state is that at its top, and not {@code null} if
	 * {@code since} is {@code null} or the history is not complete
	 */
	CompletableFuture<History> snapshot(String channel, @Nullable Position since, int limit);

	/**
	 * Tells whether a change with an idempotency key was made within 5 minutes.
	 * @param channel the channel
	 * @param idempotencyKey the key
	 * @return {@code true} if so
	 */
	CompletableFuture<Boolean> hasChanged(String channel, String idempotencyKey);

	/**
	 * Lets this instance do something that no other is to do at the same time.
	 * @param channel the channel that it is about
	 * @param task names it
	 * @param atMost for how long, unless it is released before
	 * @return {@code false} if somebody is at it
	 */
	CompletableFuture<Boolean> claim(String channel, String task, Duration atMost);

	/**
	 * Gives back what this instance has claimed.
	 * @param channel the channel
	 * @param task names it
	 */
	void release(String channel, String task);

}
