package io.github.realtime.benchmarks;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class TallyTests {

	@Test
	void latencyWhenSpreadEvenlyThenPercentilesAreThose() {
		Tally tally = new Tally(1, 1000);
		for (int i = 1; i <= 1000; i++) {
			tally.delivered(5, 5 + TimeUnit.MILLISECONDS.toNanos(i));
		}
		assertThat(tally.latency(50)).isCloseTo(500, within(1.0));
		assertThat(tally.latency(99)).isCloseTo(990, within(1.0));
		assertThat(tally.latency(99.9)).isCloseTo(999, within(1.0));
		assertThat(tally.seconds()).isCloseTo(1, within(0.001));
	}

	@Test
	void latencyWhenDueBeforeStartThenIsFromThere() {
		Tally tally = new Tally(1, 1);
		long due = System.nanoTime() - TimeUnit.HOURS.toNanos(1);
		tally.startNow();
		tally.delivered(due, System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
		assertThat(tally.latency(50)).isBetween(999.0, 3_000_000.0);
		assertThat(tally.seconds()).isBetween(0.999, 3000.0);
	}

	@Test
	void faultWhenSeveralThenNamesFirstAndCounts() {
		Tally tally = new Tally(1, 1);
		tally.fault("this");
		tally.fault("that");
		assertThat(tally.fault()).isEqualTo("this (and 1 more)");
	}

}
