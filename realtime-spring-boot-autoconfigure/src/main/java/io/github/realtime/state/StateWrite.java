package io.github.realtime.state;

import io.github.realtime.MatchedChannel;
import io.github.realtime.RealtimeClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client wants to do to one value of a channel's state.
 *
 * @param client who wants it
 * @param channel the channel
 * @param key the key, as it was resolved for the client
 * @param before what is there; {@code null} if nothing is
 * @param after what is to be there, the sum for an increment; {@code null} if it is to be
 * removed
 * @since 0.1.0
 * @see StateHandler#write
 */
public record StateWrite(RealtimeClient client, MatchedChannel channel, String key, @Nullable JsonNode before,
		@Nullable JsonNode after) {

}
