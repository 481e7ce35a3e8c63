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
 * Writes and reads messages between instances. They are JSON, of which each instance
 * reads what it knows, so that instances of two versions can share one Redis.
 */
final class InstanceMessages {

	private static final Log logger = LogFactory.getLog(RedisLog.CATEGORY);

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
	 * @return what was written, or {@code null} if its type is unknown here
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
