package io.github.realtime.support;

import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
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

}
