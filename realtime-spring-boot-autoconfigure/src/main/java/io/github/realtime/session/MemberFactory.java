package io.github.realtime.session;

import io.github.realtime.Member;
import io.github.realtime.PresenceInfo;
import io.github.realtime.RealtimeClient;
import io.github.realtime.protocol.Line;
import io.github.realtime.support.JsonCodec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes members out of clients.
 */
final class MemberFactory {

	private final PresenceInfo info;

	private final JsonCodec json;

	/**
	 * Creates a factory.
	 * @param info what the application says about clients
	 * @param mapper writes that as JSON
	 * @param size the largest, in bytes of JSON
	 */
	MemberFactory(PresenceInfo info, JsonMapper mapper, long size) {
		this.info = info;
		this.json = new JsonCodec(mapper, size);
	}

	/**
	 * Makes a member.
	 * @param client the client
	 * @param channel the channel
	 * @return the {@link Member} as JSON, without what is {@code null}
	 */
	Line of(RealtimeClient client, String channel) {
		Object info = this.info.of(client, channel);
		return of(client, (info != null) ? this.json.write(channel, info) : null);
	}

	private static Line of(RealtimeClient client, @Nullable Line info) {
		return Line.of("{\"clientId\":\"" + client.id() + "\""
				+ (client.name().isEmpty() ? "" : ",\"user\":" + Line.quoted(client.name()))
				+ ((info != null) ? ",\"info\":" + info.text() : "") + "}");
	}

}
