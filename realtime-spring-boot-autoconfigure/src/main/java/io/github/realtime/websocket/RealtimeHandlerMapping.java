package io.github.realtime.websocket;

import java.util.List;
import java.util.Map;

import io.github.realtime.session.Hub;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/**
 * Maps the endpoint. Requests that are no WebSocket handshakes are left to other
 * mappings, so that the client's scripts can live below the same path.
 */
public final class RealtimeHandlerMapping extends WebSocketHandlerMapping {

	private static final String CONNECT = "CONNECT";

	/**
	 * Creates a mapping.
	 * @param path the endpoint's path
	 * @param handler takes the sockets
	 * @param handshake performs the handshake
	 * @param allowedOrigins origins or patterns of them, beside the endpoint's own
	 * @param hub says whether there is room
	 * @param sessions knows the clients that end with an HTTP session
	 */
	public RealtimeHandlerMapping(String path, RealtimeWebSocketHandler handler, RealtimeHandshakeHandler handshake,
			List<String> allowedOrigins, Hub hub, HttpSessions sessions) {
		WebSocketHttpRequestHandler endpoint = new WebSocketHttpRequestHandler(handler, handshake);
		endpoint.setHandshakeInterceptors(List.of(new OriginInterceptor(allowedOrigins), new SubprotocolInterceptor(),
				new CapacityInterceptor(hub), new SessionInterceptor(sessions)));
		setUrlMap(Map.of(path, endpoint));
		// Ahead of controllers and router functions
		setOrder(-2);
	}

	@Override
	protected @Nullable Object getHandlerInternal(HttpServletRequest request) throws Exception {
		return isHandshake(request) ? super.getHandlerInternal(request) : null;
	}

	/**
	 * Tells whether a request opens a WebSocket: over HTTP/1.1 an upgrade (RFC 6455,
	 * 4.1), over HTTP/2 an extended CONNECT (RFC 8441, 4), which the container has
	 * checked.
	 */
	private static boolean isHandshake(HttpServletRequest request) {
		if (CONNECT.equals(request.getMethod())) {
			return !request.getProtocol().startsWith("HTTP/1");
		}
		return HttpMethod.GET.matches(request.getMethod())
				&& "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
	}

}
