package io.github.realtime.websocket;

import java.util.Map;

import io.github.realtime.session.Hub;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/**
 * Refuses clients with 503 while the instance is full or stopping, before they cost a
 * connection. The hub decides again for those that come at the same moment.
 */
final class CapacityInterceptor implements HandshakeInterceptor {

	private final Hub hub;

	CapacityInterceptor(Hub hub) {
		this.hub = hub;
	}

	@Override
	public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			Map<String, Object> attributes) {
		if (!this.hub.hasRoom()) {
			response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
			return false;
		}
		return true;
	}

	@Override
	public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			@Nullable Exception exception) {
	}

}
