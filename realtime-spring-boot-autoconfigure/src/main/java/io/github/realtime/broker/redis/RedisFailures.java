package io.github.realtime.broker.redis;

import java.time.Duration;

import io.github.realtime.RealtimeUnavailableException;

/**
 * The exceptions with which the broker's futures complete, and their messages.
 */
final class RedisFailures {

	private RedisFailures() {
	}

	static RealtimeUnavailableException noConnection() {
		return new RealtimeUnavailableException("There is no connection to Redis", null);
	}

	static RealtimeUnavailableException noReply(Duration timeout, Throwable cause) {
		return new RealtimeUnavailableException("Redis did not answer within " + timeout.toMillis() + " ms", cause);
	}

	static RealtimeUnavailableException failed(Throwable cause) {
		return new RealtimeUnavailableException("Redis failed: " + cause.getMessage(), cause);
	}

	static RealtimeUnavailableException notListening(Duration timeout) {
		return new RealtimeUnavailableException(
				"Redis did not let this instance listen within " + timeout.toMillis() + " ms", null);
	}

	static RealtimeUnavailableException closed() {
		return new RealtimeUnavailableException("The broker is closed", null);
	}

	/**
	 * Finds the message that tells most about why there is no connection.
	 * @param failure what the driver threw
	 * @return the message of its innermost cause
	 */
	static String rootMessage(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null && root.getCause() != root) {
			root = root.getCause();
		}
		return (root.getMessage() != null) ? root.getMessage() : root.toString();
	}

}
