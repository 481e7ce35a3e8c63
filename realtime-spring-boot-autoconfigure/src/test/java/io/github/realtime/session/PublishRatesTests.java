package io.github.realtime.session;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PublishRates}.
 */
class PublishRatesTests {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private final PublishRates rates = new PublishRates(5);

	private int take(String channel, int count, long now) {
		int accepted = 0;
		for (int i = 0; i < count; i++) {
			accepted += this.rates.take(channel, now) ? 1 : 0;
		}
		return accepted;
	}

	@Test
	void takeWhenTheRateIsAsHighAsItCanBeThenIsAccepted() {
		PublishRates rates = new PublishRates(Integer.MAX_VALUE);
		assertThat(rates.take("a", 0)).isTrue();
		assertThat(new PublishRates(1 << 30).take("a", 0)).isTrue();
	}

	@Test
	void channelTakesTwiceItsRateAtOnceAndThenItsRate() {
		assertThat(take("a", 100, 0)).isEqualTo(10);
		assertThat(take("b", 3, 0)).as("another channel").isEqualTo(3);
		assertThat(take("a", 100, SECOND)).isEqualTo(5);
		assertThat(take("a", 100, 10 * SECOND)).isEqualTo(10);
	}

	@Test
	void channelsThatAreQuietAreForgotten() {
		for (int i = 0; i < 3000; i++) {
			this.rates.take("a" + i, 0);
		}
		take("b", 1000, 10 * SECOND);
		assertThat(this.rates.size()).isOne();
	}

	@Test
	void withoutALimitEverythingIsTaken() {
		PublishRates unlimited = new PublishRates(0);
		for (int i = 0; i < 1000; i++) {
			assertThat(unlimited.take("a", 0)).isTrue();
		}
	}

}
