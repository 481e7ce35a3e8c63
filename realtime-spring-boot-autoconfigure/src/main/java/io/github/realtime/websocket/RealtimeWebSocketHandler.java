package io.github.realtime.websocket;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.session.Client;
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
 */
public final class RealtimeWebSocketHandler implements WebSocketHandler {

	private static final Log logger = LogFactory.getLog(RealtimeWebSocketHandler.class);

	private final WebSocketEndpoint endpoint;

	private final ConcurrentMap<String, MessageAssembler> inbound = new ConcurrentHashMap<>();

	/**
	 * Creates a handler.
	 * @param endpoint takes what they send
	 */
	public RealtimeWebSocketHandler(WebSocketEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		Client client = this.endpoint.opened(new WebSocketConnection(session), session.getAttributes());
		this.inbound.put(session.getId(), new MessageAssembler(client, this.endpoint.frameSize()));
		if (!session.isOpen()) {
			// The welcome failed to be written, and the end was reported before this
			afterConnectionClosed(session, CloseStatus.NO_CLOSE_FRAME);
		}
	}

	@Override
	public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) {
		MessageAssembler inbound = this.inbound.get(session.getId());
		if (inbound == null || inbound.client().isGone()) {
			return;
		}
		if (message instanceof BinaryMessage) {
			inbound.client().disconnect(CloseCode.NOT_THIS_PROTOCOL);
		}
		else if (message instanceof TextMessage text) {
			this.endpoint.received(inbound.client(), inbound.append(text.getPayload(), text.isLast()));
		}
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) {
		logger.debug("Transport error", exception);
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		MessageAssembler inbound = this.inbound.remove(session.getId());
		if (inbound != null) {
			this.endpoint.closed(inbound.client());
		}
	}

	@Override
	public boolean supportsPartialMessages() {
		return true;
	}

}
