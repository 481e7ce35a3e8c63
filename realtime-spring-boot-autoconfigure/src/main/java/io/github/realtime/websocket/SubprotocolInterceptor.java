package io.github.realtime.websocket;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.server.HandshakeInterceptor;

/**
 * Refuses with 400 a client that offers subprotocols, none of them ours. One that offers
 * none speaks version 1.
 */
final class SubprotocolInterceptor implements HandshakeInterceptor {

	static final String PROTOCOL = "realtime.v1";

	@Override
	public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			Map<String, Object> attributes) {
		List<String> offered = new WebSocketHttpHeaders(request.getHeaders()).getSecWebSocketProtocol();
		if (!offered.isEmpty() && offered.stream().noneMatch(PROTOCOL::equalsIgnoreCase)) {
			response.setStatusCode(HttpStatus.BAD_REQUEST);
			return false;
		}
		return true;
	}

	@Override
	public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			@Nullable Exception exception) {
	}

}
