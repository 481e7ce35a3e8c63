package io.github.realtime.benchmarks;

import java.util.function.DoubleUnaryOperator;

/**
 * What a million connections would take, computed from what was measured with few.
 */
final class Growth {

	private static final double MILLION = 1e6;

	private static final String SERVER = "ours";

	private static final String WITH_REDIS = "ours-redis";

	/**
	 * Not as it comes, but as {@code docs/performance.md} says for who expects many at
	 * once.
	 */
	private static final String READY_FOR_MANY = "ours-accept";

	private final Report report;

	private final String before;

	private final StringBuilder rows = new StringBuilder();

	/**
	 * Creates it.
	 * @param report what was measured
	 * @param before a text with an earlier table, whose rows stay where there is no new
	 * figure
	 */
	Growth(Report report, String before) {
		this.report = report;
		this.before = before;
	}

	/**
	 * Makes the table.
	 * @return the table, empty if nothing of it was measured
	 */
	String table() {
		row("memory of the connections, GiB", Scenario.MEMORY, SERVER, "resident KiB per connection",
				(kib) -> kib * MILLION / 1024 / 1024);
		row("cores, if each gets one message a second, with 1,000 on its channel", Scenario.PACED, SERVER,
				"CPU µs per delivery", (micros) -> micros * MILLION / 1e6);
		row("the same, with 50 on its channel", Scenario.CHANNELS, SERVER, "CPU µs per delivery",
				(micros) -> micros * MILLION / 1e6);
		row("core minutes for all of them to come back, each having missed 50 messages", Scenario.RECONNECT,
				READY_FOR_MANY, "CPU µs per client", (micros) -> micros * MILLION / 1e6 / 60);
		row("Redis masters, if 100,000 messages a second are sent", Scenario.INSTANCES, WITH_REDIS,
				"Redis CPU µs for each", (micros) -> micros * 100_000 / 1e6);
		return this.rows.isEmpty() ? ""
				: "| for a million connections | | computed from |\n|---|---|---|\n" + this.rows;
	}

	private void row(String what, Scenario scenario, String server, String metric, DoubleUnaryOperator computed) {
		String start = "| " + what + " | ";
		double figure = this.report.median(scenario, server, metric);
		// Too short a look may find no time at all
		if (figure > 0) {
			this.rows.append(start).append(Report.number(computed.applyAsDouble(figure)));
			this.rows.append(" | ").append(Report.name(scenario)).append(": ").append(metric).append(" = ");
			this.rows.append(Report.number(figure)).append(" |\n");
		}
		else {
			this.before.lines()
				.filter((line) -> line.startsWith(start))
				.forEach((line) -> this.rows.append(line).append('\n'));
		}
	}

}
