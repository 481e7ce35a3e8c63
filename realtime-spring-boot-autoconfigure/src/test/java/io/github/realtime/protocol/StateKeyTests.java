package io.github.realtime.protocol;

import io.github.realtime.StateRefusedException;
import io.github.realtime.StateRefusedException.Reason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StateKey}.
 */
class StateKeyTests {

	@Test
	void printableWhenTheKeyHasLineBreaksThenThereAreNone() {
		String key = "a\r\n2026 ERROR forged\u2028\u0085\u001b[31m";
		assertThat(StateKey.printable(key)).isEqualTo("a\\u000d\\u000a2026 ERROR forged\\u2028\\u0085\\u001b[31m");
		assertThat(new StateRefusedException("board_1", key, Reason.NOT_WHOLE).getMessage().lines()).hasSize(1);
	}

	@Test
	void printableWhenTheKeyIsLongThenIsShortened() {
		assertThat(StateKey.printable("k".repeat(256))).isEqualTo("k".repeat(60) + "…");
		assertThat(StateKey.printable("ключ 'a'")).isEqualTo("ключ 'a'");
	}

}
