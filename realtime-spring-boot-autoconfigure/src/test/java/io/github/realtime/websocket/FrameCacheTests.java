package io.github.realtime.websocket;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FrameCache}.
 */
class FrameCacheTests {

	private final FrameCache frames = new FrameCache();

	@Test
	void ofWhenSeveralClientsGetAMessageThenItIsMadeOnce() {
		String message = "{\"text\":\"é\"}";
		assertThat(this.frames.of(message)).isSameAs(this.frames.of(message)).isEqualTo(frame(message));
	}

	@Test
	void ofWhenMessagesShareASlotThenEachHasItsOwn() {
		// With the same hash code
		for (String message : new String[] { "AaAa", "BBBB", "AaBB", "AaAa" }) {
			assertThat(this.frames.of(message)).isEqualTo(frame(message));
		}
	}

	@Test
	void ofWhenItIsLongThenItIsNotKept() {
		String message = "x".repeat(10_000);
		assertThat(this.frames.of(message)).isEqualTo(frame(message)).isNotSameAs(this.frames.of(message));
	}

	private static byte[] frame(String message) {
		return FrameEncoder.text(message.getBytes(StandardCharsets.UTF_8), true, true);
	}

}
