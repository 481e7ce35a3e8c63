package io.github.realtime.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PageKey}, with the cases that the browser client is tested with too.
 */
class PageKeyTests {

	private static final Path SHARED = Path.of("../realtime-client/test/view-keys.json");

	@ParameterizedTest
	@MethodSource
	void keyIsAChannelNameAndItsOwnKey(Case example) {
		assertThat(PageKey.of(example.path())).isEqualTo(example.key());
		assertThat(PageKey.of(example.key())).isEqualTo(example.key());
		assertThat(ChannelName.violation(example.key())).isNull();
	}

	static List<Case> keyIsAChannelNameAndItsOwnKey() throws IOException {
		List<Case> cases = new ArrayList<>();
		for (JsonNode example : JsonMapper.shared().readTree(Files.readString(SHARED))) {
			cases.add(new Case(example.get("path").stringValue(), example.get("key").stringValue()));
		}
		return cases;
	}

	@Test
	void segmentIsOneSegment() {
		assertThat(PageKey.segment("a/b 100%41é")).isEqualTo("a%2Fb%20100%2541%C3%A9");
	}

	record Case(String path, String key) {

	}

}
