package io.github.realtime;

import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * A publication that has no offset yet. Its line is {@code head}, the offset, and
 * {@code tail}, so that a broker numbers it without knowing what it says.
 *
 * @param channel a valid channel name
 * @param head what stands before the offset, in ASCII
 * @param tail what stands behind the offset
 * @param excluded who does not get it, as a {@link Publication} has it
 * @param idempotencyKey names the intent, if it may be sent again
 * @since 0.1.0
 */
public record Draft(String channel, String head, Line tail, @Nullable String excluded,
		@Nullable String idempotencyKey) {

	/**
	 * Makes a message of a client's.
	 * @param channel a valid channel name
	 * @param data the message
	 * @param clientId the client's id
	 * @param op names the intent among the client's own, if it may be sent again
	 * @return the draft
	 */
	public static Draft message(String channel, Line data, String clientId, @Nullable String op) {
		String from = ",\"from\":\"" + clientId + "\"";
		return new Draft(channel, messageHead(channel),
				new Line(from + ",\"data\":" + data.text() + "}", from.length() + data.bytes() + 9), null,
				operationKey(clientId, op));
	}

	static Draft message(String channel, Line data, SendOptions options) {
		return new Draft(channel, messageHead(channel), new Line(",\"data\":" + data.text() + "}", data.bytes() + 9),
				options.excluded(), options.idempotencyKey());
	}

	static Draft refresh(String channel, RenderOptions options) {
		return new Draft(channel, head("refresh", channel), new Line("}", 1), options.audience(), null);
	}

	static Draft html(String channel, String target, Line html, RenderOptions options) {
		Line tail = Line.of(",\"target\":" + Line.quoted(target) + ",\"html\":" + html.text() + "}");
		return new Draft(channel, head("html", channel), tail, options.audience(), null);
	}

	/**
	 * Makes the idempotency key of a client's operation. No other client's has the same.
	 */
	private static @Nullable String operationKey(String clientId, @Nullable String op) {
		return (op != null) ? "op " + clientId + " " + op : null;
	}

	private static String messageHead(String channel) {
		return head("message", channel);
	}

	private static String head(String type, String channel) {
		return "{\"type\":\"" + type + "\",\"channel\":\"" + channel + "\",\"offset\":";
	}

	/**
	 * Makes the publication.
	 * @param position the place it was given
	 * @return the publication
	 */
	public Publication at(Position position) {
		String offset = Long.toString(position.offset());
		Line line = new Line(this.head + offset + this.tail.text(),
				this.head.length() + offset.length() + this.tail.bytes());
		return new Publication(this.channel, position, line, this.excluded);
	}

}
