package io.github.realtime.websocket;

import java.security.Principal;
import java.time.Instant;
import java.util.stream.Stream;

import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.access.RealtimeAuthenticator;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Users without a security framework: by the header {@code X-User} of the handshake, or
 * by a token such as {@code ada}, {@code ada ADMIN} with a role, or
 * {@code ada until 7000} for as many milliseconds.
 */
@Configuration(proxyBeanMethods = false)
class Users {

	static RawClient handshake(RealtimeServer server, String user) {
		return server.client("/realtime", "X-User", user);
	}

	static RawClient token(RealtimeServer server, String token) {
		RawClient client = server.client();
		JsonNode reply = authenticate(client, token);
		if (!reply.get("type").stringValue().equals("authenticated")) {
			throw new AssertionError("Authenticating as " + token + " failed: " + reply);
		}
		return client;
	}

	static JsonNode authenticate(RawClient client, String token) {
		return client.command("{\"type\":\"authenticate\",\"id\":%d,\"token\":\"" + token + "\"}");
	}

	/**
	 * Says what a reply is: its type, or the code of the error.
	 */
	static String outcome(JsonNode reply) {
		return reply.path("code").asString(reply.get("type").stringValue());
	}

	@Bean
	RealtimeAuthenticator authenticator() {
		return (token) -> {
			if (token.startsWith("bad") || !token.matches("\\w+( \\w+)*?( until \\d{1,9})?")) {
				return null;
			}
			String[] parts = token.split(" until ");
			String[] names = parts[0].split(" ");
			return RealtimeAuthentication.of(names[0])
				.withRoles(Stream.of(names).skip(1).toArray(String[]::new))
				.until((parts.length > 1) ? Instant.now().plusMillis(Long.parseLong(parts[1])) : null);
		};
	}

	@Bean
	Filter userFilter() {
		return (request, response, chain) -> {
			String user = ((HttpServletRequest) request).getHeader("X-User");
			chain.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {

				@Override
				public @Nullable Principal getUserPrincipal() {
					return (user != null) ? () -> user : null;
				}

			}, response);
		};
	}

}
