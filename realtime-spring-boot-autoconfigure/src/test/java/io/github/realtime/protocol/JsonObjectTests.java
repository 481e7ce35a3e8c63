package io.github.realtime.protocol;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JsonObject}.
 */
class JsonObjectTests {

	@Test
	void endWhenMembersAreOfEveryKindCopiesValuesAsTheyAre() {
		Line line = JsonObject.begin()
			.text("type", "message")
			.number("offset", 7)
			.json("data", Line.of("[1.10,1e400]"))
			.end();
		assertThat(line.text()).isEqualTo("{\"type\":\"message\",\"offset\":7,\"data\":[1.10,1e400]}");
	}

	@Test
	void endWhenThereAreNoMembersIsAnEmptyObject() {
		assertThat(JsonObject.begin().text("op", null).json("data", null).end()).isEqualTo(new Line("{}", 2));
	}

	@Test
	void endWhenTextIsNotAsciiCountsItsBytes() {
		Line line = JsonObject.begin().text("ü\"", "\ud83c\udf89\n").json("é", Line.of("\"ß\"")).end();
		assertThat(line.text()).isEqualTo("{\"ü\\\"\":\"\ud83c\udf89\\n\",\"é\":\"ß\"}");
		assertThat(line.bytes()).isEqualTo(line.text().getBytes(StandardCharsets.UTF_8).length);
	}

	@Test
	void restWhenPutBehindAnUnfinishedObjectCompletesIt() {
		String head = JsonObject.begin().text("channel", "post_42").upTo("offset");
		assertThat(head + 7 + JsonObject.rest().text("from", "c1").members() + JsonObject.rest().end().text())
			.isEqualTo("{\"channel\":\"post_42\",\"offset\":7,\"from\":\"c1\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "post_42", "/note/1", "a\"b", "a\\b", "tab\t", "del\u007f", "ü", "\ud83c\udf89" })
	void quotedIsWhatTheMapperWrites(String text) {
		assertThat(Line.quoted(text)).isEqualTo(JsonMapper.builder().build().writeValueAsString(text));
	}

	@Test
	void quotedWhenTextIsOneAsciiCharacterIsWhatTheMapperWrites() {
		for (char c = 0; c < 0x80; c++) {
			String text = String.valueOf(c);
			assertThat(Line.quoted(text)).isEqualTo(JsonMapper.builder().build().writeValueAsString(text));
		}
	}

}
