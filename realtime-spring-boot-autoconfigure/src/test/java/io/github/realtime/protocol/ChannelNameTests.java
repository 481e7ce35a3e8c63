package io.github.realtime.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChannelName}.
 */
class ChannelNameTests {

	private static final Path SHARED = Path.of("../realtime-client/test/channel-names.json");

	private static final String ALLOWED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:/@%+~";

	@ParameterizedTest
	@MethodSource
	void violationSaysWhatIsWrong(Case example) {
		assertThat(ChannelName.violation(example.name())).isEqualTo(example.error());
	}

	static List<Case> violationSaysWhatIsWrong() throws IOException {
		String notAllowed = " is not one of A-Z a-z 0-9 _ - . : / @ % + ~";
		List<Case> cases = new ArrayList<>(
				List.of(new Case("a", null), new Case("post_42", null), new Case("live-chat", null),
						new Case("/note/42", null), new Case(ALLOWED, null), new Case("__proto__", null),
						new Case("x".repeat(200), null), new Case("", "Invalid channel name \"\": it is empty"),
						new Case("x".repeat(201),
								"Invalid channel name \"" + "x".repeat(60) + "…\": it is longer than 200 characters"),
						new Case("a b", "Invalid channel name \"a b\": character 2" + notAllowed),
						new Case("post_*", "Invalid channel name \"post_*\": character 6" + notAllowed),
						new Case("a\n", "Invalid channel name \"a\\u000a\": character 2" + notAllowed),
						new Case("\"\\", "Invalid channel name \"\\u0022\\u005c\": character 1" + notAllowed),
						new Case("ä", "Invalid channel name \"\\u00e4\": character 1" + notAllowed),
						new Case("x".repeat(60) + "ä",
								"Invalid channel name \"" + "x".repeat(60) + "…\": character 61" + notAllowed),
						new Case("\ud83c\udf89", "Invalid channel name \"\\ud83c\\udf89\": character 1" + notAllowed),
						new Case("a\udf89", "Invalid channel name \"a\\udf89\": character 2" + notAllowed)));
		if (Files.exists(SHARED)) {
			for (JsonNode example : JsonMapper.shared().readTree(Files.readString(SHARED))) {
				cases.add(new Case(example.get("name").asString(),
						example.get("error").isNull() ? null : example.get("error").asString()));
			}
		}
		return cases;
	}

	@Test
	void isAllowedIsTrueOfNoOtherCharacter() {
		assertThat(IntStream.rangeClosed(0, Character.MAX_VALUE).filter((c) -> ChannelName.isAllowed((char) c)))
			.containsExactlyInAnyOrderElementsOf(ALLOWED.chars().boxed().toList());
	}

	record Case(String name, String error) {

	}

}
