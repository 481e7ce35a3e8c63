package io.github.realtime.benchmarks.spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.realtime.benchmarks.control.Publisher;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator;
import org.springframework.web.socket.handler.SessionLimitExceededException;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/**
 * Sessions by channel, and one {@code sendMessage} to each in a loop, through the
 * decorator that makes concurrent sends safe.
 */
class ByHandHandler extends TextWebSocketHandler implements Publisher {

	private static final int SEND_TIME_LIMIT = 10 * 1000;

	private static final int BUFFER_SIZE_LIMIT = 512 * 1024;

	private final Map<String, WebSocketSession> sessions = new ConcurrentHashMap<>();

	private final Map<String, Set<WebSocketSession>> channels = new ConcurrentHashMap<>();

	private final JsonMapper mapper;

	ByHandHandler(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		this.sessions.put(session.getId(),
				new ConcurrentWebSocketSessionDecorator(session, SEND_TIME_LIMIT, BUFFER_SIZE_LIMIT));
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) {
		WebSocketSession decorated = this.sessions.get(session.getId());
		if (decorated != null) {
			this.channels.computeIfAbsent(message.getPayload(), (channel) -> ConcurrentHashMap.newKeySet())
				.add(decorated);
		}
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		WebSocketSession decorated = this.sessions.remove(session.getId());
		if (decorated != null) {
			this.channels.values().forEach((subscribers) -> subscribers.remove(decorated));
		}
	}

	@Override
	public void publish(int channel, String text) {
		String name = Publisher.name(channel);
		TextMessage message = new TextMessage(
				this.mapper.writeValueAsString(Map.of("channel", name, "data", new News(text))));
		for (WebSocketSession session : this.channels.getOrDefault(name, Set.of())) {
			send(session, message);
		}
	}

	private void send(WebSocketSession session, TextMessage message) {
		try {
			session.sendMessage(message);
		}
		catch (SessionLimitExceededException ex) {
			close(session, ex.getStatus());
		}
		catch (IOException | IllegalStateException ex) {
			close(session, CloseStatus.SERVER_ERROR);
		}
	}

	private static void close(WebSocketSession session, CloseStatus status) {
		try {
			session.close(status);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
