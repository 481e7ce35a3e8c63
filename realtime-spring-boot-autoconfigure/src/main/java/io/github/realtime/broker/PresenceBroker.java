package io.github.realtime.broker;

import java.util.concurrent.CompletableFuture;

import io.github.realtime.Member;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Broker} that knows who is on a channel. Changes are numbered by
 * channel; the members of an instance that is not heard of any more are gone.
 *
 * @since 0.1.0
 */
public interface PresenceBroker {

	/**
	 * Notes that a client of this instance is on a channel. If it was there already, on
	 * whichever instance, nobody is told.
	 * @param channel the channel
	 * @param clientId the client's id
	 * @param token names this stay
	 * @param member the {@link Member} as JSON
	 * @return completes when the broker knows; if that fails it is tried again
	 */
	CompletableFuture<?> enter(String channel, String clientId, String token, Line member);

	/**
	 * Notes that a client has left, unless it has entered again since.
	 * @param channel the channel
	 * @param clientId the client's id
	 * @param token names the stay that is over
	 */
	void leave(String channel, String clientId, String token);

	/**
	 * Reads the members of a channel.
	 * @param channel the channel
	 * @param after the client id behind which to read on, or {@code null} to begin
	 * @param limit how many at most; 0 for the number alone
	 * @return the members in the order of their client ids
	 */
	CompletableFuture<MemberPage> members(String channel, @Nullable String after, int limit);

}
