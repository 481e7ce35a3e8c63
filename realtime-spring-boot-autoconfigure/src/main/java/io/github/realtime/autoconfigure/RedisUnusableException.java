package io.github.realtime.autoconfigure;

import io.github.realtime.RealtimeException;

/**
 * Thrown at start-up when the application asks for the broker in Redis in a way that
 * can't work.
 */
final class RedisUnusableException extends RealtimeException {

	RedisUnusableException(String reason) {
		super(reason, null);
	}

}
