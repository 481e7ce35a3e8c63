package io.github.realtime.security;

import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.access.RealtimeAuthenticator;
import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.converter.Converter;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/**
 * Takes JSON Web Tokens, as the application's resource server does.
 */
public final class JwtAuthenticator implements RealtimeAuthenticator {

	private final JwtDecoder decoder;

	private final Converter<Jwt, ? extends Authentication> converter;

	private final ClientSecurity security;

	/**
	 * Creates an authenticator.
	 * @param decoder checks tokens
	 * @param converter says whom one stands for
	 * @param security reads what that user was granted
	 */
	public JwtAuthenticator(JwtDecoder decoder, Converter<Jwt, ? extends Authentication> converter,
			ClientSecurity security) {
		this.decoder = decoder;
		this.converter = converter;
		this.security = security;
	}

	@Override
	public @Nullable RealtimeAuthentication authenticate(String token) {
		Jwt jwt;
		try {
			jwt = this.decoder.decode(token);
		}
		catch (BadJwtException ex) {
			return null;
		}
		Authentication authentication = this.converter.convert(jwt);
		RealtimeAuthentication read = (authentication != null) ? this.security.read(authentication) : null;
		return (read != null) ? read.until(jwt.getExpiresAt()) : null;
	}

}
