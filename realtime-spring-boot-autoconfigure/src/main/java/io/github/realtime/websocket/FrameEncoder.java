package io.github.realtime.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Encodes the frames that a server sends, as
 * <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5">RFC 6455</a> says.
 */
final class FrameEncoder {

	private static final int CONTINUATION = 0;

	private static final int TEXT = 1;

	private static final int CLOSE = 8;

	private static final int PONG = 10;

	/** What is left of a control frame behind the code. */
	private static final int MAX_REASON = 123;

	private FrameEncoder() {
	}

	static byte[] text(byte[] payload, boolean first, boolean last) {
		return frame(first ? TEXT : CONTINUATION, last, payload);
	}

	static byte[] pong(byte[] payload) {
		return frame(PONG, true, payload);
	}

	/**
	 * Makes a close frame.
	 * @param payload what the client's close frame has
	 */
	static byte[] close(byte[] payload) {
		return frame(CLOSE, true, payload);
	}

	static byte[] close(int code, String reason) {
		byte[] words = reason.getBytes(StandardCharsets.UTF_8);
		int length = Math.min(words.length, MAX_REASON);
		while (length < words.length && length > 0 && (words[length] & 0xc0) == 0x80) {
			length--;
		}
		return close(ByteBuffer.allocate(2 + length).putShort((short) code).put(words, 0, length).array());
	}

	private static byte[] frame(int opcode, boolean last, byte[] payload) {
		int length = payload.length;
		ByteBuffer frame = ByteBuffer.allocate(length + ((length < 126) ? 2 : (length < 65_536) ? 4 : 10));
		frame.put((byte) ((last ? 0x80 : 0) | opcode));
		if (length < 126) {
			frame.put((byte) length);
		}
		else if (length < 65_536) {
			frame.put((byte) 126).putShort((short) length);
		}
		else {
			frame.put((byte) 127).putLong(length);
		}
		return frame.put(payload).array();
	}

}
