package io.github.realtime.broker;

import io.github.realtime.protocol.JsonObject;
import io.github.realtime.protocol.Line;

/**
 * A client has come to a channel, or left it.
 *
 * @param channel the channel
 * @param version the number of the change: 1 higher than that of the one before, unless
 * some were lost
 * @param clientId the client's id
 * @param line the line as the others get it
 * @since 0.1.0
 */
public record PresenceChange(String channel, long version, String clientId, Line line) {

	/**
	 * Returns what stands in the line before the member.
	 * @param type {@code join} or {@code leave}
	 * @param channel the channel
	 * @return the beginning of a JSON object
	 */
	public static String head(String type, String channel) {
		return JsonObject.begin().text("type", type).text("channel", channel).upTo("member");
	}

}
