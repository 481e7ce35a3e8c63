package io.github.realtime.websocket;

import java.util.Map;

import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/**
 * Notes the HTTP session of a handshake that has a user. One without has nothing to lose
 * when the session ends.
 */
final class SessionInterceptor implements HandshakeInterceptor {

	private static final String HANDSHAKE = SessionInterceptor.class.getName();

	private final HttpSessions sessions;

	SessionInterceptor(HttpSessions sessions) {
		this.sessions = sessions;
	}

	@Override
	public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			Map<String, Object> attributes) {
		HttpSession session = (request instanceof ServletServerHttpRequest servlet)
				? servlet.getServletRequest().getSession(false) : null;
		if (session != null) {
			HttpSessions.Handshake handshake = this.sessions.handshake(session.getId());
			if (request.getPrincipal() != null) {
				attributes.put(HANDSHAKE, handshake);
			}
		}
		return true;
	}

	/**
	 * Returns the handshake by an HTTP session that a socket comes from, and keeps it
	 * from the application.
	 * @param attributes the attributes of the socket
	 * @return the handshake, or {@code null} if there was no session with a user
	 */
	static HttpSessions.@Nullable Handshake handshakeOf(Map<String, Object> attributes) {
		return (HttpSessions.Handshake) attributes.remove(HANDSHAKE);
	}

	@Override
	public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			@Nullable Exception exception) {
	}

}
