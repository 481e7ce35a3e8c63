package io.github.realtime.websocket;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.session.Client;
import io.github.realtime.session.CommandDispatcher;
import io.github.realtime.session.Hub;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;

/**
 * Connects the sockets of Spring WebSocket with the hub. Frames are taken in parts, so
 * that only a connection that sends a large one pays for its buffer.
 *
 * @since 0.1.0
 */
public final class RealtimeWebSocketHandler implements WebSocketHandler {

	private static final Log logger = LogFactory.getLog(RealtimeWebSocketHandler.class);

	private final Hub hub;

	private final CommandDispatcher dispatcher;

	private final int frameSize;

	private final HttpSessions httpSessions;

	private final ConcurrentMap<String, Inbound> inbound = new ConcurrentHashMap<>();

	/**
	 * Creates a handler.
	 * @param hub takes the clients
	 * @param dispatcher carries out their commands
	 * @param frameSize the largest inbound frame, in bytes
	 * @param httpSessions knows the clients that end with an HTTP session
	 */
	public RealtimeWebSocketHandler(Hub hub, CommandDispatcher dispatcher, int frameSize, HttpSessions httpSessions) {
		this.hub = hub;
		this.dispatcher = dispatcher;
		this.frameSize = frameSize;
		this.httpSessions = httpSessions;
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		Client client = this.hub.open(new WebSocketConnection(session));
		String httpSession = SessionInterceptor.sessionOf(session);
		if (httpSession != null) {
			this.httpSessions.opened(client, httpSession);
		}
		this.inbound.put(session.getId(), new Inbound(client, this.frameSize));
		if (!session.isOpen()) {
			// The welcome failed to be written, and the end was reported before this
			afterConnectionClosed(session, CloseStatus.NO_CLOSE_FRAME);
		}
	}

	@Override
	public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) {
		Inbound inbound = this.inbound.get(session.getId());
		if (inbound == null || inbound.client().isGone()) {
			return;
		}
		inbound.client().received(System.nanoTime());
		if (message instanceof BinaryMessage) {
			inbound.client().disconnect(CloseCode.NOT_THIS_PROTOCOL);
		}
		else if (message instanceof TextMessage text) {
			String frame = inbound.append(text.getPayload(), text.isLast());
			if (frame != null) {
				this.dispatcher.receive(inbound.client(), frame);
			}
		}
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) {
		logger.debug("Transport error", exception);
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		Inbound inbound = this.inbound.remove(session.getId());
		if (inbound != null) {
			this.httpSessions.closed(inbound.client());
			this.hub.closed(inbound.client());
		}
	}

	@Override
	public boolean supportsPartialMessages() {
		return true;
	}

}
