package io.github.realtime.support;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ChannelPattern}.
 */
class ChannelPatternTests {

	@ParameterizedTest
	@CsvSource({ "score,score,true", "score,high_score,false", "score,score_2,false", "chat_*,chat_1,true",
			"chat_*,chat_,true", "chat_*,chat,false", "chat_*,my_chat_1,false", "chat_*,chat_1/2,false",
			"*,anything,true", "*,a/b,false", "*/*,a/b,true", "*/*,a/b/c,false", "/note/{id},/note/42,true",
			"/note/{id},/note/,false", "/note/{id},/note/4/2,false", "{a}_{b},x_y,true", "{a}_{b},_y,false",
			"{a}*,x,true", "a.b,axb,false", "a+,aa,false", "a+,a+,true", "/{a}/*,/x/,true", "a*c,abbc,true",
			"a*c,abb,false" })
	void matchesTheWholeName(String pattern, String channel, boolean expected) {
		assertThat(ChannelPattern.of(pattern).matches(channel)).isEqualTo(expected);
		assertThat(ChannelPattern.of(pattern)).hasToString(pattern);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "wallet_{userId}|wallet_ada|{userId=ada}", "wallet_{userId}|wallet_|none",
			"/{a}/*/{b}|/x/y/z|{a=x, b=z}", "chat_*|chat_1|{}", "{a}_{b}|x_y_z|{a=x_y, b=z}", "{userId}|a/b|none" })
	void variablesAreThePartsOfTheName(String pattern, String channel, String expected) {
		Map<String, String> variables = ChannelPattern.of(pattern).variables(channel);
		assertThat((variables != null) ? new TreeMap<>(variables).toString() : "none").isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "\"\"|a pattern must not be empty", "chat_**|'**' is not supported", "**|'**' is not supported",
					"{a}_{a}|it has '{a}' twice", "post {id}|' ' at character 5", "{|'{' at character 1",
					"{}|'{' at character 1", "a{1}|'{' at character 2", "a}|'}' at character 2",
					"{a_b}|'{' at character 1", "[a-z]|'[' at character 1", "a?|'?' at character 2",
					"ä|'ä' at character 1" })
	void ofWhenSyntaxIsUnknownSaysWhere(String pattern, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> ChannelPattern.of(pattern))
			.withMessageContaining(message);
	}

	@Test
	void ofWhenSyntaxIsUnknownSaysWhatToWrite() {
		assertThatIllegalArgumentException().isThrownBy(() -> ChannelPattern.of("a**")).withMessageContaining("'*'");
		assertThatIllegalArgumentException().isThrownBy(() -> ChannelPattern.of("a?"))
			.withMessageContaining("'*' and '{name}' are the wildcards");
	}

	@Test
	void matchWhenPatternIsRandomThenAgreesWithARegularExpression() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int i = 0; i < 20_000; i++) {
			StringBuilder pattern = new StringBuilder();
			StringBuilder regex = new StringBuilder();
			for (int part = random.nextInt(6); part >= 0; part--) {
				switch (random.nextInt(4)) {
					case 0 -> {
						if (!pattern.toString().endsWith("*")) {
							pattern.append('*');
							regex.append("[^/]*");
						}
					}
					case 1 -> {
						pattern.append("{v").append(part).append('}');
						regex.append("(?<v").append(part).append(">[^/]+)");
					}
					default -> {
						char literal = "ab/".charAt(random.nextInt(3));
						pattern.append(literal);
						regex.append(literal);
					}
				}
			}
			StringBuilder name = new StringBuilder();
			for (int length = random.nextInt(8); length > 0; length--) {
				name.append("aab/".charAt(random.nextInt(4)));
			}
			if (pattern.isEmpty()) {
				continue;
			}
			Matcher expected = Pattern.compile(regex.toString()).matcher(name);
			Map<String, String> variables = ChannelPattern.of(pattern.toString()).variables(name.toString());
			assertThat(variables != null).as("'%s' matches '%s', seed %d", pattern, name, seed)
				.isEqualTo(expected.matches());
			if (variables != null) {
				assertThat(variables).allSatisfy((variable, value) -> assertThat(value)
					.as("{%s} of '%s' in '%s', seed %d", variable, pattern, name, seed)
					.isEqualTo(expected.group(variable)));
			}
		}
	}

	@Test
	@Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
	void matchWhenPatternHasManyVariablesThenTakesNoLongerForALongName() {
		ChannelPattern pattern = ChannelPattern.of("game_{a}_{b}_{c}_{d}_{e}_{f}_{g}_{h}x");
		String name = "game" + "_".repeat(196);
		for (int i = 0; i < 1000; i++) {
			assertThat(pattern.matches(name)).isFalse();
			assertThat(pattern.variables(name)).isNull();
		}
	}

}
