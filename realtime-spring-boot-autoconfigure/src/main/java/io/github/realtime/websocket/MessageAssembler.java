package io.github.realtime.websocket;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Line;
import io.github.realtime.session.Client;
import org.jspecify.annotations.Nullable;

/**
 * Joins the parts in which the container hands over one client's messages. Used by one
 * thread at a time.
 */
final class MessageAssembler {

	private final Client client;

	private final int limit;

	private @Nullable StringBuilder parts;

	private int bytes;

	MessageAssembler(Client client, int limit) {
		this.client = client;
		this.limit = limit;
	}

	Client client() {
		return this.client;
	}

	/**
	 * Adds a part. A message that grows too large disconnects the client.
	 * @param part the part
	 * @param last whether it ends the message
	 * @return the message, or {@code null} if it is not complete or is too large
	 */
	@Nullable String append(String part, boolean last) {
		if (this.client.isGone()) {
			this.parts = null;
			return null;
		}
		this.bytes += Line.bytesOf(part);
		if (this.bytes > this.limit) {
			this.parts = null;
			this.client.disconnect(CloseCode.FRAME_TOO_LARGE);
			return null;
		}
		if (this.parts == null && last) {
			this.bytes = 0;
			return part;
		}
		this.parts = (this.parts != null) ? this.parts : new StringBuilder();
		this.parts.append(part);
		if (!last) {
			return null;
		}
		String message = this.parts.toString();
		this.parts = null;
		this.bytes = 0;
		return message;
	}

}
