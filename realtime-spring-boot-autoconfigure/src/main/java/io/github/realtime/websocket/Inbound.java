package io.github.realtime.websocket;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Line;
import io.github.realtime.session.Client;
import org.jspecify.annotations.Nullable;

/**
 * Puts the frames of one client together from their parts. Used by one thread at a time.
 */
final class Inbound {

	private final Client client;

	private final int limit;

	private @Nullable StringBuilder parts;

	private int bytes;

	Inbound(Client client, int limit) {
		this.client = client;
		this.limit = limit;
	}

	Client client() {
		return this.client;
	}

	/**
	 * Adds a part. A frame that grows too large ends the client.
	 * @param part the part
	 * @param last whether it ends the frame
	 * @return the frame, or {@code null} if there is more to come or it is too large
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
		String frame = this.parts.toString();
		this.parts = null;
		this.bytes = 0;
		return frame;
	}

}
