package io.github.realtime.broker.redis;

import java.util.Map;

import io.github.realtime.InstanceMessage;
import io.github.realtime.InstanceMessage.TakeOver;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How instances write what they tell each other: JSON, of which each reads what it knows,
 * so that instances of two versions can share one Redis.
 */
final class InstanceMessages {

	private static final Log logger = LogFactory.getLog(RedisBroker.class);

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final String TAKE_OVER = "take-over";

	private InstanceMessages() {
	}

	static byte[] write(InstanceMessage message) {
		TakeOver takeOver = (TakeOver) message;
		return MAPPER.writeValueAsBytes(
				Map.of("type", TAKE_OVER, "client", takeOver.clientId(), "connection", takeOver.connectionId()));
	}

	/**
	 * Reads a message.
	 * @param message the message
	 * @return what it says, or {@code null} if that is unknown here
	 */
	static @Nullable InstanceMessage read(byte[] message) {
		try {
			JsonNode json = MAPPER.readTree(message);
			return TAKE_OVER.equals(json.path("type").asString(""))
					? new TakeOver(json.path("client").asString(), json.path("connection").asString()) : null;
		}
		catch (JacksonException ex) {
			logger.warn("Another instance tells what is not understood: " + ex.getOriginalMessage());
			return null;
		}
	}

}
