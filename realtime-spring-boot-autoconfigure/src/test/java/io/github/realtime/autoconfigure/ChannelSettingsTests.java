package io.github.realtime.autoconfigure;

import java.time.Duration;
import java.util.function.Function;

import io.github.realtime.broker.HistoryPolicy;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChannelSettings}.
 */
class ChannelSettingsTests {

	private final MockEnvironment environment = new MockEnvironment().withProperty("realtime.history.size", "7")
		.withProperty("realtime.history.bytes", "7KB")
		.withProperty("realtime.history.ttl", "7s");

	@Test
	void applyWhenNothingMatchesIsTheGeneralOne() {
		assertThat(histories().apply("post_1")).isEqualTo(policy(7, 7, 7));
		this.environment.setProperty("realtime.channels[0].pattern", "chat_*");
		this.environment.setProperty("realtime.channels[0].history.size", "1");
		assertThat(histories().apply("post_1")).isEqualTo(policy(7, 7, 7));
		assertThat(histories().apply("my_chat_1")).isEqualTo(policy(7, 7, 7));
	}

	@Test
	void applyWhenARuleLeavesSomethingOutInheritsIt() {
		this.environment.setProperty("realtime.channels[0].pattern", "size_*");
		this.environment.setProperty("realtime.channels[0].history.size", "0");
		this.environment.setProperty("realtime.channels[1].pattern", "bytes_*");
		this.environment.setProperty("realtime.channels[1].history.bytes", "2KB");
		this.environment.setProperty("realtime.channels[2].pattern", "ttl_{id}");
		this.environment.setProperty("realtime.channels[2].history.ttl", "3s");
		this.environment.setProperty("realtime.channels[3].pattern", "nothing");
		assertThat(histories().apply("size_1")).isEqualTo(policy(0, 7, 7));
		assertThat(histories().apply("bytes_1")).isEqualTo(policy(7, 2, 7));
		assertThat(histories().apply("ttl_1")).isEqualTo(policy(7, 7, 3));
		assertThat(histories().apply("nothing")).isEqualTo(policy(7, 7, 7));
	}

	@Test
	void applyWhenSeveralMatchTakesTheFirstAlone() {
		this.environment.setProperty("realtime.channels[0].pattern", "chat_*");
		this.environment.setProperty("realtime.channels[0].history.size", "1");
		this.environment.setProperty("realtime.channels[1].pattern", "*");
		this.environment.setProperty("realtime.channels[1].history.size", "2");
		this.environment.setProperty("realtime.channels[1].history.ttl", "2s");
		assertThat(histories().apply("chat_1")).isEqualTo(policy(1, 7, 7));
		assertThat(histories().apply("post_1")).isEqualTo(policy(2, 7, 2));
		assertThat(histories().apply("/note/1")).isEqualTo(policy(7, 7, 7));
	}

	private Function<String, HistoryPolicy> histories() {
		return new ChannelSettings(
				Binder.get(this.environment).bind("realtime", RealtimeProperties.class).get())::history;
	}

	private static HistoryPolicy policy(int size, int kilobytes, int seconds) {
		return new HistoryPolicy(size, kilobytes * 1024L, Duration.ofSeconds(seconds));
	}

}
