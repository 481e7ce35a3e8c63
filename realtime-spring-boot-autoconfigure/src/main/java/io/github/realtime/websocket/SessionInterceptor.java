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

	private static final String SESSION = SessionInterceptor.class.getName();

	@Override
	public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			Map<String, Object> attributes) {
		if (request instanceof ServletServerHttpRequest servlet && request.getPrincipal() != null) {
			HttpSession session = servlet.getServletRequest().getSession(false);
			if (session != null) {
				attributes.put(SESSION, session.getId());
			}
		}
		return true;
	}

	/**
	 * Returns the HTTP session that a socket belongs to, and keeps it from the
	 * application.
	 * @param attributes the attributes of the socket
	 * @return the session's id, or {@code null} if there is none
	 */
	static @Nullable String sessionOf(Map<String, Object> attributes) {
		return (String) attributes.remove(SESSION);
	}

	@Override
	public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			@Nullable Exception exception) {
	}

}
