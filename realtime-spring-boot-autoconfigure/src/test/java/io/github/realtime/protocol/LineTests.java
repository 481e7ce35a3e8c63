package io.github.realtime.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Line}.
 */
class LineTests {

	private static final String[] PIECES = { "a", "\"", "\n", "\r", "\u007f", "\u0080", "\u07ff", "\u0800", "\uffff",
			"\ud83c\udf89", "\ud83c", "\udf89", "\u2028" };

	@ParameterizedTest
	@CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false,
			value = { "{\"a\":1}|{\"a\":1}", "{\\n \"a\": 1\\r\\n}|{  \"a\": 1  }", "\"ü\\n\"|\"ü \"",
					"\"\ud83c\udf89\"|\"\ud83c\udf89\"", "\"\\D\"|\"\\ud83c\"",
					"\"\\D\ud83c\udf89\"|\"\\ud83c\ud83c\udf89\"" })
	void ofMakesOneLineThatUtf8CanExpress(String json, String expected) {
		String text = json.replace("\\n", "\n").replace("\\r", "\r").replace("\\D", "\ud83c");
		assertThat(Line.of(text)).isEqualTo(new Line(expected, expected.getBytes(StandardCharsets.UTF_8).length));
	}

	@Test
	void ofWhenTextIsRandomCountsBytesAndKeepsTheMeaning() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < 2000; round++) {
			String text = random(random);
			String lineBreak = random.nextBoolean() ? "\r\n" : "";
			String json = "[" + lineBreak + "\"" + text.replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r")
					+ "\"" + lineBreak + "]";
			Line line = Line.of(json);
			assertThat(line.text()).as("seed %d", seed).doesNotContain("\n", "\r");
			byte[] bytes = line.text().getBytes(StandardCharsets.UTF_8);
			assertThat(line.bytes()).as("seed %d", seed).isEqualTo(bytes.length);
			assertThat(new String(bytes, StandardCharsets.UTF_8)).as("seed %d", seed).isEqualTo(line.text());
			assertThat(line.json().get(0).asString()).as("seed %d", seed).isEqualTo(text);
		}
	}

	@Test
	void bytesOfWhenTextIsRandomCountsLikeTheEncoder() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < 2000; round++) {
			String text = Line.of(random(random)).text();
			assertThat(Line.bytesOf(text)).as("seed %d: %s", seed, text)
				.isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
		}
	}

	@Test
	void jsonIsWhatWasWritten() {
		assertThat(Line.of("{\"a\":[1,null,\"x\"]}").json())
			.isEqualTo(JsonMapper.shared().readTree("{\"a\":[1,null,\"x\"]}"));
	}

	private static String random(Random random) {
		StringBuilder text = new StringBuilder();
		for (int i = random.nextInt(12); i > 0; i--) {
			text.append(PIECES[random.nextInt(PIECES.length)]);
		}
		return text.toString();
	}

}
