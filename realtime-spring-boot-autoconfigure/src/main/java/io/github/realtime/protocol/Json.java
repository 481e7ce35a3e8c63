package io.github.realtime.protocol;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * The protocol's own mapper, so that no setting of the application's can change the wire.
 */
final class Json {

	static final JsonMapper MAPPER = JsonMapper.builder().build();

	private Json() {
	}

	/**
	 * Reads a member of an object as it was written, without white space. Parsing it and
	 * writing it again would change numbers: {@code 1.10} or {@code 1e400}.
	 * @param object a valid JSON object that has the member
	 * @param name the member's name
	 * @return the member; the last one if there are several
	 */
	static String member(String object, String name) {
		String member = "";
		try (JsonParser parser = MAPPER.createParser(object)) {
			parser.nextToken();
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				boolean wanted = parser.currentName().equals(name);
				parser.nextToken();
				int start = offset(parser);
				parser.skipChildren();
				if (wanted) {
					parser.finishToken();
					member = object.substring(start, (int) parser.currentLocation().getCharOffset());
				}
			}
		}
		return withoutSpace(member);
	}

	private static int offset(JsonParser parser) {
		return (int) parser.currentTokenLocation().getCharOffset();
	}

	private static String withoutSpace(String json) {
		StringBuilder compact = new StringBuilder(json.length());
		boolean quoted = false;
		for (int i = 0; i < json.length(); i++) {
			char c = json.charAt(i);
			if (quoted && c == '\\') {
				compact.append(c).append(json.charAt(++i));
				continue;
			}
			quoted = quoted ^ (c == '"');
			if (quoted || c > ' ') {
				compact.append(c);
			}
		}
		return compact.toString();
	}

}
