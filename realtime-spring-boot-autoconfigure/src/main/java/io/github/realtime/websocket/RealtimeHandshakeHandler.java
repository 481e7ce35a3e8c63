package io.github.realtime.websocket;

import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/**
 * Performs the handshake without compression unless it is wanted: Tomcat accepts it by
 * default, at some 200 KB of memory for each connection.
 */
public final class RealtimeHandshakeHandler extends DefaultHandshakeHandler {

	/**
	 * Creates a handler.
	 * @param endpoint takes what the container hands over without a session
	 * @param compression whether clients may have their connection compressed
	 */
	public RealtimeHandshakeHandler(WebSocketEndpoint endpoint, boolean compression) {
		super(new RealtimeUpgradeStrategy(endpoint, compression));
		setSupportedProtocols(SubprotocolInterceptor.PROTOCOL);
	}

}
