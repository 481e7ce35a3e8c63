package io.github.realtime;

import org.jspecify.annotations.Nullable;

/**
 * The broker did not answer within its time limit: the outcome is <em>unknown</em>. To be
 * sure of exactly one publication, send again with the same
 * {@linkplain SendOptions#idempotencyKey(String) idempotency key}.
 *
 * @since 0.1.0
 */
public class RealtimeUnavailableException extends RealtimeException {

	/**
	 * Creates an exception.
	 * @param message what was tried
	 * @param cause why it is not known to have succeeded
	 */
	public RealtimeUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
