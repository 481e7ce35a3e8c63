package io.github.realtime.benchmarks;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.realtime.benchmarks.Trial.Load;
import io.github.realtime.benchmarks.Trial.Measurement;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the highest rate that a server bears: up in large steps until it fails, then
 * by halves. Only a second failure counts, in case it was the machine that was busy. A
 * server that was only late goes on once all is there; one that lost something, or a
 * client, is replaced by a fresh one.
 */
final class CapacitySearch {

	private static final double LATENCY_MILLIS = 100;

	private static final double FIRST_RATE = 40;

	private static final double STEP = 2;

	/** Close enough. */
	private static final double PRECISION = 1.1;

	/**
	 * By so many times it may take longer than it should, before the rest counts as lost.
	 */
	private static final int LAG = 3;

	private final Server server;

	private final Bench bench;

	private @Nullable Trial trial;

	CapacitySearch(Server server, Bench bench) {
		this.server = server;
		this.bench = bench;
	}

	/**
	 * Searches.
	 * @return the figures at the highest rate
	 * @throws InterruptedException if interrupted
	 */
	Map<String, Double> run() throws InterruptedException {
		try {
			double good = 0;
			double bad = Double.POSITIVE_INFINITY;
			double rate = FIRST_RATE;
			Map<String, Double> figures = new LinkedHashMap<>();
			while (bad / good > PRECISION) {
				Map<String, Double> found = attempt(rate);
				if (found == null) {
					found = attempt(rate);
				}
				if (found != null) {
					good = rate;
					figures = found;
				}
				else {
					bad = rate;
				}
				rate = (bad == Double.POSITIVE_INFINITY) ? good * STEP
						: (good == 0) ? bad / STEP : Math.sqrt(good * bad);
				if (rate < 1) {
					throw new InvalidRunException("It bears not even one message a second");
				}
			}
			return figures;
		}
		finally {
			stop();
		}
	}

	private @Nullable Map<String, Double> attempt(double rate) throws InterruptedException {
		int seconds = this.bench.amount(5);
		Load load = new Load(Load.PUBLISH, 0, 1, (int) Math.max(1, rate * seconds), Scenario.SMALL, rate);
		Trial trial = trial();
		Measurement measured = trial.measure(load, Duration.ofSeconds(LAG * seconds)).undisturbed();
		Tally tally = measured.tally();
		if (tally.isWrong()) {
			// Too much may make a server slow, or let it give up, but not this
			measured.valid();
		}
		if (tally.fault() != null || tally.latency(99) > LATENCY_MILLIS) {
			System.out.printf("           %s fails at %s/s: %s%n", this.server.name(), Report.number(rate),
					(tally.fault() != null) ? tally.fault() : "p99 " + Report.number(tally.latency(99)) + " ms");
			if (tally.fault() != null) {
				stop();
			}
			return null;
		}
		Map<String, Double> figures = new LinkedHashMap<>();
		figures.put("deliveries/s", rate * this.bench.clients(1000));
		figures.put("messages/s", rate);
		Scenario.figures(trial, measured).forEach(figures::putIfAbsent);
		return figures;
	}

	private Trial trial() throws InterruptedException {
		Trial trial = this.trial;
		if (trial == null) {
			trial = Trial.start(this.server, this.bench, 1, Map.of());
			this.trial = trial;
			trial.connect(this.bench.clients(1000), Scenario.ONE_CHANNEL);
			trial.warmUp(Scenario.warmUp(this.bench));
		}
		return trial;
	}

	private void stop() {
		if (this.trial != null) {
			this.trial.close();
			this.trial = null;
		}
	}

}
