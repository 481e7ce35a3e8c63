package io.github.realtime.broker.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Script} and {@link ScriptCall}: the order of keys and arguments in
 * Java is that of the headers of the Lua files.
 */
class ScriptTests {

	/** Such as {@code -- ARGV[7] limit: how many}. */
	private static final Pattern NAMED = Pattern.compile("-- (KEYS|ARGV)\\[(\\d+)(?:\\.\\.)?] (\\w+): .*");

	/** Such as {@code -- KEYS[1..3], ARGV[1..3] see presence.lua}. */
	private static final Pattern REFERENCE = Pattern
		.compile("-- ((?:(?:KEYS|ARGV)\\[[\\d.]+](?:, )?)+) see (\\w+\\.lua)");

	private static final Pattern RANGE = Pattern.compile("(KEYS|ARGV)\\[(\\d+)(?:\\.\\.(\\d+))?]");

	@ParameterizedTest
	@EnumSource
	void headerNamesKeysAndArgumentsInTheOrderOfTheScript(Script script) {
		String own = script.files().get(script.files().size() - 1);
		assertThat(names(own, "KEYS")).isEqualTo(inOrder(script.keys()));
		assertThat(names(own, "ARGV")).isEqualTo(inOrder(script.arguments()));
	}

	@ParameterizedTest
	@EnumSource
	void headerSaysWhatTheScriptReturns(Script script) {
		assertThat(header(script.files().get(script.files().size() - 1)))
			.anyMatch((line) -> line.startsWith("-- returns "));
	}

	@ParameterizedTest
	@EnumSource
	void scriptUsesNoKeyOrArgumentThatItsHeaderDoesNotHave(Script script) {
		Matcher used = RANGE.matcher(text(script.files().get(script.files().size() - 1)));
		while (used.find()) {
			assertThat(Integer.parseInt(used.group(2))).as(used.group())
				.isBetween(1, used.group(1).equals("KEYS") ? script.keys().size() : script.arguments().size());
		}
	}

	@Test
	void callPutsKeysAndArgumentsWhereTheScriptHasThem() {
		ScriptCall call = new ScriptCall(Script.OCCUPIED).with(ScriptArgument.CHANNEL, "post_1")
			.with(ScriptKey.HELD_CHANNELS, "held")
			.with(ScriptArgument.INSTANCE, "one")
			.with(ScriptKey.LEASES, "leases")
			.with(ScriptArgument.ACTION, (String) null);
		assertThat(call.keys()).containsExactly("leases", "held");
		assertThat(texts(call.arguments())).containsExactly("one", "", "post_1");
	}

	@Test
	void callPutsAnyNumberOfArgumentsAtTheEnd() {
		ScriptCall call = new ScriptCall(Script.CHANGE).with(ScriptArgument.EDITS,
				List.of(Bytes.of("clear"), Bytes.of("")));
		for (ScriptArgument argument : Script.CHANGE.arguments()) {
			if (argument != ScriptArgument.EDITS) {
				call.with(argument, 1);
			}
		}
		assertThat(texts(call.arguments())).hasSize(Script.CHANGE.arguments().size() + 1).endsWith("1", "clear", "");
	}

	@Test
	void callWithoutIdempotencyKeyLeavesItOut() {
		ScriptCall call = new ScriptCall(Script.PUBLISH).with(ScriptKey.NUMBERING, "n")
			.with(ScriptKey.HISTORY, "h")
			.with(ScriptKey.STATE, "s");
		assertThat(call.with(ScriptKey.IDEMPOTENCY_KEY, null).keys()).containsExactly("n", "h", "s");
		assertThat(call.with(ScriptKey.IDEMPOTENCY_KEY, "i").keys()).containsExactly("n", "h", "s", "i");
	}

	@Test
	void callWhenSomethingIsMissingOrUnknownFails() {
		assertThatIllegalStateException().isThrownBy(() -> new ScriptCall(Script.CLAIM).keys());
		assertThatIllegalStateException().isThrownBy(() -> new ScriptCall(Script.CLAIM).arguments());
		assertThatIllegalStateException().isThrownBy(() -> new ScriptCall(Script.CLAIM).with(ScriptKey.LEASES, ""));
		assertThatIllegalStateException().isThrownBy(() -> new ScriptCall(Script.CLAIM).with(ScriptArgument.LIMIT, 1));
	}

	private static List<String> texts(byte[][] arguments) {
		return Arrays.stream(arguments).map(Bytes::text).toList();
	}

	private static Map<Integer, String> inOrder(List<? extends Enum<?>> constants) {
		Map<Integer, String> names = new TreeMap<>();
		constants.forEach((constant) -> names.put(names.size() + 1, constant.name().toLowerCase(Locale.ROOT)));
		return names;
	}

	/**
	 * The names that a header has, by their index, with those of headers that it refers
	 * to.
	 */
	private static Map<Integer, String> names(String file, String kind) {
		Map<Integer, String> names = new TreeMap<>();
		for (String line : header(file)) {
			Matcher named = NAMED.matcher(line);
			Matcher reference = REFERENCE.matcher(line);
			if (named.matches() && named.group(1).equals(kind)) {
				names.put(Integer.valueOf(named.group(2)), named.group(3));
			}
			else if (reference.matches()) {
				Matcher range = RANGE.matcher(reference.group(1));
				while (range.find()) {
					if (range.group(1).equals(kind)) {
						Map<Integer, String> others = names(reference.group(2), kind);
						int last = Integer.parseInt((range.group(3) != null) ? range.group(3) : range.group(2));
						for (int i = Integer.parseInt(range.group(2)); i <= last; i++) {
							names.put(i, others.get(i));
						}
					}
				}
			}
			else if (!named.matches()) {
				assertThat(line).as("%s: neither a name nor a reference", file).doesNotContain("KEYS[", "ARGV[");
			}
		}
		return names;
	}

	private static List<String> header(String file) {
		return text(file).lines().takeWhile((line) -> line.startsWith("--")).toList();
	}

	private static String text(String file) {
		try {
			return new ClassPathResource(file, Script.class).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
