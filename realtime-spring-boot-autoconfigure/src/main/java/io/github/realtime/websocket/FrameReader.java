package io.github.realtime.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Reads what a client sends, whatever parts it arrives in, as
 * <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5">RFC 6455</a> says. It holds
 * nothing but the message that is under way, of which no more than has arrived.
 */
final class FrameReader {

	private static final int CONTINUATION = 0;

	private static final int TEXT = 1;

	private static final int BINARY = 2;

	private static final int CLOSE = 8;

	private static final int PING = 9;

	private static final int PONG = 10;

	private static final int PROTOCOL_ERROR = 1002;

	private static final int NOT_CONSISTENT = 1007;

	private static final int MAX_CONTROL = 125;

	private static final byte[] NOTHING = {};

	private final int limit;

	private final Receiver receiver;

	private final byte[] head = new byte[14];

	private int headLength;

	/** Of the payload of the frame under way; -1 while its head is not all there. */
	private long length = -1;

	/** How much of that has come. */
	private long taken;

	private int opcode;

	private boolean last;

	/** The opcode of the message under way; 0 if there is none. */
	private int message;

	private byte @Nullable [] payload;

	private int payloadLength;

	private byte[] control = NOTHING;

	/**
	 * Creates a reader.
	 * @param limit the largest message, in bytes
	 * @param receiver is given what has come
	 */
	FrameReader(int limit, Receiver receiver) {
		this.limit = limit;
		this.receiver = receiver;
	}

	/**
	 * Reads on.
	 * @param in what has arrived
	 * @throws ViolationException if it is not WebSocket
	 */
	void read(ByteBuffer in) throws ViolationException {
		while (this.length >= 0 || readHead(in)) {
			int count = (int) Math.min(in.remaining(), this.length - this.taken);
			take(in, count);
			this.taken += count;
			if (this.taken < this.length) {
				return;
			}
			this.length = -1;
			this.taken = 0;
			this.headLength = 0;
			endFrame();
		}
	}

	private boolean readHead(ByteBuffer in) throws ViolationException {
		while (in.hasRemaining()) {
			this.head[this.headLength++] = in.get();
			if (this.headLength == 2) {
				check(this.head[0] & 0xff, this.head[1] & 0xff);
			}
			if (this.headLength >= 2 && this.headLength == headLength()) {
				beginFrame();
				return true;
			}
		}
		return false;
	}

	private int headLength() {
		int length = this.head[1] & 0x7f;
		return 6 + ((length == 126) ? 2 : (length == 127) ? 8 : 0);
	}

	private void check(int first, int second) throws ViolationException {
		this.last = (first & 0x80) != 0;
		this.opcode = first & 0x0f;
		boolean isControl = this.opcode >= CLOSE;
		require((first & 0x70) == 0, "a reserved bit");
		require(this.opcode <= BINARY || isControl && this.opcode <= PONG, "an unknown opcode");
		require((second & 0x80) != 0, "a frame that is not masked");
		require(!isControl || this.last && (second & 0x7f) <= MAX_CONTROL, "a control frame that is too long");
		require(isControl || (this.opcode == CONTINUATION) == (this.message != 0), "a frame out of turn");
	}

	private static void require(boolean condition, String what) throws ViolationException {
		if (!condition) {
			throw new ViolationException(PROTOCOL_ERROR, what);
		}
	}

	private void beginFrame() throws ViolationException {
		ByteBuffer head = ByteBuffer.wrap(this.head, 2, 8);
		int length = this.head[1] & 0x7f;
		this.length = (length == 126) ? head.getShort() & 0xffff : (length == 127) ? head.getLong() : length;
		require(this.length >= 0, "an impossible length");
		if (this.opcode >= CLOSE) {
			this.control = new byte[length];
			return;
		}
		if (this.opcode != CONTINUATION) {
			this.message = this.opcode;
			this.payload = (this.opcode == TEXT) ? NOTHING : null;
			this.payloadLength = 0;
			if (this.opcode == BINARY) {
				this.receiver.binary();
			}
		}
		// Not the sum, which may be more than a long holds
		if (this.payload != null && this.length > this.limit - this.payloadLength) {
			this.payload = null;
			this.receiver.tooLarge();
		}
	}

	private void take(ByteBuffer in, int count) {
		if (this.opcode >= CLOSE) {
			take(in, count, this.control, (int) this.taken);
		}
		else if (this.payload != null) {
			this.payload = withRoom(this.payload, count);
			take(in, count, this.payload, this.payloadLength);
			this.payloadLength += count;
		}
		else {
			in.position(in.position() + count);
		}
	}

	private byte[] withRoom(byte[] payload, int count) {
		int needed = this.payloadLength + count;
		if (needed <= payload.length) {
			return payload;
		}
		boolean isAll = this.last && this.taken + count == this.length;
		return Arrays.copyOf(payload, isAll ? needed : Math.max(needed, 2 * payload.length));
	}

	private void take(ByteBuffer in, int count, byte[] target, int from) {
		in.get(target, from, count);
		int mask = headLength() - 4;
		for (int i = 0; i < count; i++) {
			target[from + i] ^= this.head[mask + (int) (this.taken + i & 3)];
		}
	}

	private void endFrame() throws ViolationException {
		switch (this.opcode) {
			case CLOSE -> close();
			case PING -> this.receiver.ping(this.control);
			case PONG -> {
			}
			default -> {
				if (this.last) {
					endMessage();
				}
				else {
					this.receiver.part();
				}
			}
		}
		this.control = NOTHING;
	}

	private void endMessage() throws ViolationException {
		byte[] payload = this.payload;
		this.message = 0;
		this.payload = null;
		if (payload != null) {
			this.receiver.text(decode(payload, this.payloadLength));
		}
	}

	private void close() throws ViolationException {
		require(this.control.length != 1, "half a close code");
		require(this.control.length == 0 || isCloseCode(ByteBuffer.wrap(this.control).getShort() & 0xffff),
				"a close code that is none");
		if (this.control.length > 2) {
			decode(Arrays.copyOfRange(this.control, 2, this.control.length), this.control.length - 2);
		}
		this.receiver.close(this.control);
	}

	/** Those that stand for the lack of one may not be sent, nor sent back. */
	private static boolean isCloseCode(int code) {
		return code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000 && code <= 4999;
	}

	private static String decode(byte[] bytes, int length) throws ViolationException {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new ViolationException(NOT_CONSISTENT, "text that is not UTF-8");
		}
	}

	/**
	 * What is told of what a client sends.
	 */
	interface Receiver {

		void text(String text);

		/**
		 * A part of a message has come, and it goes on.
		 */
		void part();

		/**
		 * A message has begun that is not text; it is not kept.
		 */
		void binary();

		/**
		 * A message turns out to be too large; it is not kept.
		 */
		void tooLarge();

		void ping(byte[] payload);

		void close(byte[] payload);

	}

	/**
	 * What a client sends breaks the rules.
	 */
	static final class ViolationException extends Exception {

		private final int code;

		private ViolationException(int code, String what) {
			super("The client sent " + what);
			this.code = code;
		}

		int code() {
			return this.code;
		}

	}

}
