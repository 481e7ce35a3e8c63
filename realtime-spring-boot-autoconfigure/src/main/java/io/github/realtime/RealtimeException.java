package io.github.realtime;

import org.jspecify.annotations.Nullable;

/**
 * What goes wrong when an application sends.
 *
 * @since 0.1.0
 */
public class RealtimeException extends RuntimeException {

	/**
	 * Creates an exception.
	 * @param message what went wrong
	 * @param cause why, if known
	 */
	public RealtimeException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
