package io.github.realtime.session;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.github.realtime.session.CommandRate.Verdict;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CommandRate}.
 */
class CommandRateTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final CommandRate rate = new CommandRate(100, 200, 0);

	@Test
	void takeWhenAtOnceThenGrantsABucketRefusesAnotherAndIsAbuseFromThenOn() {
		List<Verdict> verdicts = IntStream.range(0, 401).mapToObj((i) -> this.rate.take(0)).toList();
		assertThat(verdicts.subList(0, 200)).containsOnly(Verdict.ACCEPTED);
		assertThat(verdicts.subList(200, 400)).containsOnly(Verdict.REFUSED);
		assertThat(verdicts.get(400)).isEqualTo(Verdict.ABUSE);
	}

	@Test
	void takeWhenAtTheRateForLongThenGrantsAll() {
		for (int i = 1; i <= 10_000; i++) {
			assertThat(this.rate.take(i * SECOND / 100)).isEqualTo(Verdict.ACCEPTED);
		}
	}

	@Test
	void takeWhenClientPausesThenItsPastIsForgotten() {
		for (int i = 0; i < 400; i++) {
			this.rate.take(0);
		}
		assertThat(this.rate.take(3 * SECOND)).isEqualTo(Verdict.ACCEPTED);
		for (int i = 0; i < 399; i++) {
			assertThat(this.rate.take(3 * SECOND)).isNotEqualTo(Verdict.ABUSE);
		}
	}

}
