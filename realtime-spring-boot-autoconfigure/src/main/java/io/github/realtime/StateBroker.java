package io.github.realtime;

import java.util.concurrent.CompletableFuture;

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
	 * @return what became of it; for a repeated key, what the first one did
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

}
