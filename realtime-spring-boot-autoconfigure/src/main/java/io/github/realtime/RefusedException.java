package io.github.realtime;

/**
 * Thrown by the application's code to refuse what a client asks for. The client gets code
 * and message as an {@code error} of the protocol.
 *
 * @since 0.1.0
 */
public class RefusedException extends RuntimeException {

	private final String code;

	/**
	 * Refuses with the code {@code forbidden}.
	 * @param message why, in the client's terms
	 */
	public RefusedException(String message) {
		this("forbidden", message);
	}

	/**
	 * Refuses.
	 * @param code what the page's code can go by, such as {@code invalid-data}
	 * @param message why, in the client's terms
	 */
	public RefusedException(String code, String message) {
		super(message);
		this.code = code;
	}

	/**
	 * Returns the code.
	 * @return the code
	 */
	public String getCode() {
		return this.code;
	}

}
