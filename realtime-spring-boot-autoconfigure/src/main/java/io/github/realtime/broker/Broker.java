package io.github.realtime.broker;

import java.util.concurrent.CompletableFuture;

import io.github.realtime.Position;
import io.github.realtime.RealtimeUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * The one seam between instances: numbers publications, keeps the recent ones, and hands
 * them to every instance that listens.
 * <p>
 * Futures complete within the broker's own time limit, exceptionally with
 * {@link RealtimeUnavailableException} where the outcome is unknown. Callbacks of a
 * future run on a thread of the broker's and must not block.
 *
 * @since 0.1.0
 */
public interface Broker extends StateBroker, OccupancyBroker, PresenceBroker, AnswerBroker {

	/**
	 * Numbers a publication, appends it to the channel's history and hands it to the
	 * listeners of all instances. Calls of one thread take effect in their order, whether
	 * or not it waits in between.
	 * <p>
	 * Offsets of a channel are 1, 2, 3 and so on within an epoch, without a hole and
	 * without a repeat, whether or not history is kept. A broker that can't go on with
	 * them, because it has lost them, begins a new epoch and deletes the old history:
	 * subscribers recover what they missed by these numbers, and a repeat would lose
	 * messages silently.
	 * @param draft the publication. One with an idempotency key that the channel has seen
	 * within 5 minutes changes nothing
	 * @return the position it got; for a repeated key, the first one's
	 */
	CompletableFuture<Position> publish(Draft draft);

	/**
	 * Reads a channel's recent publications.
	 * @param channel the channel
	 * @param since the position to read on from, or {@code null} for the newest
	 * @param limit how many publications at most; 0 tells the top alone
	 * @return the oldest ones after {@code since}; without it, the newest
	 */
	CompletableFuture<History> history(String channel, @Nullable Position since, int limit);

	/**
	 * Names the listener of this instance. There is one; it is named before the first
	 * {@link #subscribe(String)}.
	 * @param listener the listener
	 */
	void listen(BrokerListener listener);

	/**
	 * Begins to listen to a channel. While an instance listens, the channel's numbering
	 * is kept.
	 * @param channel the channel
	 * @return completes when the listener gets every publication after any position that
	 * is {@linkplain #history read} from now on
	 */
	CompletableFuture<Void> subscribe(String channel);

	/**
	 * Ends listening to a channel.
	 * @param channel the channel
	 */
	void unsubscribe(String channel);

	/**
	 * Tells something to all instances, this one included. It is lost on those that the
	 * broker can't reach now.
	 * @param message what to tell
	 * @return completes when the broker has it
	 */
	CompletableFuture<?> tell(InstanceMessage message);

}
