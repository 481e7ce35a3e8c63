package io.github.realtime;

import org.jspecify.annotations.Nullable;

/**
 * A message that waited for a commit could not be sent after it, or pages could not be
 * told to become fresh. The commit stands; who called {@code send} or {@code render} has
 * not been told.
 *
 * @param channel the channel
 * @param json the message as JSON; {@code null} where it was to render the key
 * {@code channel}, which can be done again at any time
 * @param excluded the id of the client that was not to get it, if there was one
 * @param idempotencyKey the message's idempotency key, if it had one: with it the message
 * can be sent again safely
 * @param cause what went wrong; a {@link RealtimeUnavailableException} leaves open
 * whether the message got through
 * @since 0.1.0
 */
public record RealtimeSendFailedEvent(String channel, @Nullable String json, @Nullable String excluded,
		@Nullable String idempotencyKey, Throwable cause) {

}
