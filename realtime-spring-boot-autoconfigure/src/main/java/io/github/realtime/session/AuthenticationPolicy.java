package io.github.realtime.session;

import java.time.Duration;

/**
 * Whether clients have to authenticate.
 *
 * @param required whether an anonymous client is closed, and until then refused
 * @param timeout how long a client may take to authenticate, and the application to check
 * a token
 */
public record AuthenticationPolicy(boolean required, Duration timeout) {

	static AuthenticationPolicy optional() {
		return new AuthenticationPolicy(false, Duration.ofSeconds(10));
	}

}
