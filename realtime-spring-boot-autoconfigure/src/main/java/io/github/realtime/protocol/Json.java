package io.github.realtime.protocol;

import tools.jackson.databind.json.JsonMapper;

/**
 * The protocol's own mapper, so that no setting of the application's can change the wire.
 */
final class Json {

	static final JsonMapper MAPPER = JsonMapper.builder().build();

	private Json() {
	}

}
