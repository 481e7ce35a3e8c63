package io.github.realtime;

import java.lang.reflect.Type;

import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes JSON of an application's values with its own mapper, within a size, and values of
 * JSON.
 */
final class JsonCodec {

	private final JsonMapper mapper;

	private final ObjectWriter writer;

	private final long maxSize;

	JsonCodec(JsonMapper mapper, long maxSize) {
		this.mapper = mapper;
		this.writer = mapper.writer().without(SerializationFeature.INDENT_OUTPUT);
		this.maxSize = maxSize;
	}

	Line write(String channel, @Nullable Object value) {
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

	<T> @Nullable T read(String channel, String key, Line json, Type type) {
		JavaType javaType = this.mapper.constructType(type);
		try {
			return this.mapper.<T>readerFor(javaType).readValue(json.text());
		}
		catch (JacksonException ex) {
			throw new RealtimeException("What is at '" + key + "' of channel '" + channel + "' can't be read as "
					+ type.getTypeName() + ": " + ex.getOriginalMessage(), ex);
		}
	}

}
