package io.github.realtime.protocol;

/**
 * Why the server closes a socket.
 *
 * @since 0.1.0
 */
public enum CloseCode {

	/** A frame larger than {@code frameSize}. */
	FRAME_TOO_LARGE(1009, "frame too large"),
	/** The server stops and may come back. */
	RESTART(1012, "restart"),
	/** The server has as many clients as it takes. */
	TRY_AGAIN_LATER(1013, "too many clients"),
	/** Whether a token is good can't be found out now. */
	AUTHENTICATION_UNAVAILABLE(1013, "authentication unavailable"),
	/** Not this protocol: a binary frame, or nothing but unreadable lines. */
	NOT_THIS_PROTOCOL(4400, "not this protocol"),
	/** Not authenticated in time, or not any more. */
	UNAUTHENTICATED(4401, "unauthenticated"),
	/** The application does not want this client, for a reason of its own. */
	FORBIDDEN(4403, "forbidden"),
	/** Nothing was received for two heartbeats. */
	NO_HEARTBEAT(4408, "no heartbeat"),
	/** Another socket bears the client id now. */
	TAKEN_OVER(4409, "taken over"),
	/** Commands kept coming beyond the rate. */
	TOO_MANY_COMMANDS(4429, "too many commands"),
	/** The client does not read as fast as its channels publish. */
	OUTBOUND_QUEUE_FULL(4503, "outbound queue full");

	private final int code;

	private final String reason;

	CloseCode(int code, String reason) {
		this.code = code;
		this.reason = reason;
	}

	/**
	 * Returns the number that goes into the close frame.
	 * @return such as 4408
	 */
	public int code() {
		return this.code;
	}

	/**
	 * Returns the words that go into the close frame.
	 * @return such as {@code no heartbeat}
	 */
	public String reason() {
		return this.reason;
	}

}
