package io.github.realtime.websocket;

import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/**
 * Performs the handshake through {@code jakarta.websocket} on every container, and
 * without compression unless it is wanted: Tomcat accepts it by default, at some 200 KB
 * of memory for each connection.
 *
 * @since 0.1.0
 */
public final class RealtimeHandshakeHandler extends DefaultHandshakeHandler {

	/**
	 * Creates a handler.
	 * @param compression whether clients may have their connection compressed
	 */
	public RealtimeHandshakeHandler(boolean compression) {
		super(new RealtimeUpgradeStrategy(compression));
		setSupportedProtocols(SubprotocolInterceptor.PROTOCOL);
	}

}
