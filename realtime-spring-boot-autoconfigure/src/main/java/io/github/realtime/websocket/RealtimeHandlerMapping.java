package io.github.realtime.websocket;

import java.util.List;
import java.util.Map;

import io.github.realtime.session.Hub;

import org.springframework.web.socket.server.support.WebSocketHandlerMapping;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/**
 * Maps the endpoint. Requests that are no WebSocket handshakes are left to other
 * mappings, so that the client's scripts can live below the same path.
 */
public final class RealtimeHandlerMapping extends WebSocketHandlerMapping {

	/**
	 * Creates a mapping.
	 * @param path the endpoint's path
	 * @param handler takes the sockets
	 * @param handshake performs the handshake
	 * @param allowedOrigins origins or patterns of them, beside the endpoint's own
	 * @param hub says whether there is room
	 */
	public RealtimeHandlerMapping(String path, RealtimeWebSocketHandler handler, RealtimeHandshakeHandler handshake,
			List<String> allowedOrigins, Hub hub) {
		WebSocketHttpRequestHandler endpoint = new WebSocketHttpRequestHandler(handler, handshake);
		endpoint.setHandshakeInterceptors(List.of(new OriginInterceptor(allowedOrigins), new SubprotocolInterceptor(),
				new CapacityInterceptor(hub), new SessionInterceptor()));
		setUrlMap(Map.of(path, endpoint));
		setWebSocketUpgradeMatch(true);
		// Ahead of controllers and router functions
		setOrder(-2);
	}

}
