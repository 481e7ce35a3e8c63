package io.github.realtime.websocket;

import java.util.List;

import org.springframework.http.server.ServerHttpRequest;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/**
 * Performs the handshake through {@code jakarta.websocket} on every container, and
 * without compression unless it is wanted: Tomcat accepts it by default, at some 200 KB
 * of memory for each connection.
 *
 * @since 0.1.0
 */
public final class RealtimeHandshakeHandler extends DefaultHandshakeHandler {

	private final boolean compression;

	/**
	 * Creates a handler.
	 * @param compression whether clients may have their connection compressed
	 */
	public RealtimeHandshakeHandler(boolean compression) {
		super(new StandardWebSocketUpgradeStrategy());
		this.compression = compression;
		setSupportedProtocols(SubprotocolInterceptor.PROTOCOL);
	}

	@Override
	protected List<WebSocketExtension> filterRequestedExtensions(ServerHttpRequest request,
			List<WebSocketExtension> requested, List<WebSocketExtension> supported) {
		return this.compression ? super.filterRequestedExtensions(request, requested, supported) : List.of();
	}

}
