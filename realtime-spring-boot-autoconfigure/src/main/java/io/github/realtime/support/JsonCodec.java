package io.github.realtime.support;

import java.lang.reflect.Type;

import io.github.realtime.PayloadTooLargeException;
import io.github.realtime.RealtimeException;
import io.github.realtime.protocol.Line;
import io.github.realtime.protocol.StateKey;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;

/**
 * Makes JSON of an application's values with its own mapper, within a size, and values of
 * JSON.
 */
public final class JsonCodec {

	private final JsonMapper mapper;

	private final ObjectWriter writer;

	private final long maxSize;

	/**
	 * Creates a codec.
	 * @param mapper the application's mapper
	 * @param maxSize how many bytes of JSON a value may have
	 */
	public JsonCodec(JsonMapper mapper, long maxSize) {
		this.mapper = mapper;
		this.writer = mapper.writer().without(SerializationFeature.INDENT_OUTPUT);
		this.maxSize = maxSize;
	}

	/**
	 * Writes a value.
	 * @param channel the channel that the value is for
	 * @param value the value
	 * @return its JSON
	 * @throws RealtimeException if it can't be written, or has its value later, as a
	 * {@code CompletableFuture} has
	 * @throws PayloadTooLargeException if it is too large
	 */
	public Line write(String channel, @Nullable Object value) {
		if (value != null && AsyncType.is(value.getClass())) {
			throw new RealtimeException(
					"The message for channel '" + channel + "' is a " + ClassUtils.getShortName(value.getClass())
							+ ", which has its value later: wait for the value, and send that",
					null);
		}
		Line json;
		try {
			json = Line.of(this.writer.writeValueAsString(value));
		}
		catch (JacksonException ex) {
			throw new RealtimeException(
					"The message for channel '" + channel + "' can't be written as JSON: " + ex.getOriginalMessage(),
					ex);
		}
		if (json.bytes() > this.maxSize) {
			throw new PayloadTooLargeException(channel, json.bytes(), this.maxSize);
		}
		return json;
	}

	/**
	 * Reads a value.
	 * @param <T> the type of the value
	 * @param channel the channel that it is of
	 * @param key the key that it is at
	 * @param json its JSON
	 * @param type its type
	 * @return the value
	 * @throws RealtimeException if it is of another type
	 */
	public <T> @Nullable T read(String channel, String key, Line json, Type type) {
		JavaType javaType = this.mapper.constructType(type);
		try {
			return this.mapper.<T>readerFor(javaType).readValue(json.text());
		}
		catch (JacksonException ex) {
			throw new RealtimeException("What is at '" + StateKey.printable(key) + "' of channel '" + channel
					+ "' can't be read as " + type.getTypeName() + ": " + ex.getOriginalMessage(), ex);
		}
	}

}
