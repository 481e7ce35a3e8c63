package io.github.realtime.broker.redis;

import io.github.realtime.broker.InstanceMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.json.JsonMapper;

/**
 * How instances write what they tell each other: JSON, of which each reads what it knows,
 * so that instances of two versions can share one Redis.
 */
final class InstanceMessages {

	private static final Log logger = LogFactory.getLog(RedisBroker.class);

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private InstanceMessages() {
	}

	static byte[] write(InstanceMessage message) {
		return MAPPER.writeValueAsBytes(message);
	}

	/**
	 * Reads a message.
	 * @param message the message
	 * @return what it says, or {@code null} if that is unknown here
	 */
	static @Nullable InstanceMessage read(byte[] message) {
		try {
			return MAPPER.readValue(message, InstanceMessage.class);
		}
		catch (InvalidTypeIdException ex) {
			return null;
		}
		catch (JacksonException ex) {
			logger.warn("Another instance tells what is not understood: " + ex.getOriginalMessage());
			return null;
		}
	}

}
