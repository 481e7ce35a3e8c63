package io.github.realtime.access;

import org.jspecify.annotations.Nullable;

/**
 * Finds out whom a token stands for that a client sends in an {@code authenticate}
 * command.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface RealtimeAuthenticator {

	/**
	 * Checks a token. May take as long as {@code realtime.authentication.timeout}, and is
	 * interrupted then.
	 * @param token what the client sent, not blank
	 * @return whom it stands for, or {@code null} if it is not good
	 * @throws Exception if that can't be found out now: the client is told to come back
	 */
	@Nullable RealtimeAuthentication authenticate(String token) throws Exception;

}
