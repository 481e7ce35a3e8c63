package io.github.realtime.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A line that is not a valid command. The message is meant for the client.
 *
 * @since 0.1.0
 */
public final class ProtocolException extends Exception {

	private final ErrorCode code;

	private final @Nullable Long id;

	private final boolean readable;

	private ProtocolException(ErrorCode code, @Nullable Long id, boolean readable, String message) {
		super(message, null, false, false);
		this.code = code;
		this.id = id;
		this.readable = readable;
	}

	static ProtocolException unreadable(String message) {
		return new ProtocolException(ErrorCode.BAD_REQUEST, null, false, message);
	}

	static ProtocolException of(ErrorCode code, @Nullable Long id, String message) {
		return new ProtocolException(code, id, true, message);
	}

	/**
	 * Returns the error as the client is told.
	 * @return the frame
	 */
	public Frame.Error frame() {
		return new Frame.Error(this.id, this.code, String.valueOf(getMessage()));
	}

	/**
	 * Tells whether the line was a JSON object at all.
	 * @return {@code false} if it was not
	 */
	public boolean isReadable() {
		return this.readable;
	}

}
