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
		List<Case> cases = new ArrayList<>();
		for (JsonNode example : JsonMapper.shared().readTree(Files.readString(SHARED))) {
			if (example.get("name").isString()) {
				cases.add(new Case(example.get("name").stringValue(), example.get("error").stringValue(null)));
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
