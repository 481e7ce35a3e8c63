package io.github.realtime.benchmarks;

import java.util.function.DoubleUnaryOperator;

/**
 * What a million connections would take, computed from what was measured with few.
 */
final class Growth {

	private static final double MILLION = 1e6;

	private static final String SERVER = "ours";

	private static final String WITH_REDIS = "ours-redis";

	private final Report report;

	private final StringBuilder rows = new StringBuilder();

	Growth(Report report) {
		this.report = report;
	}

	/**
	 * Makes the table.
	 * @return the table, empty if nothing of it was measured
	 */
	String table() {
		row("memory of the connections, GiB", Scenario.MEMORY, SERVER, "resident KiB per connection",
				(kib) -> kib * MILLION / 1024 / 1024);
		row("cores, if each gets one message a second, all of them from large channels", Scenario.CAPACITY, SERVER,
				"deliveries/s", (rate) -> MILLION / rate);
		row("cores, if each gets one message a second, one at a time", Scenario.PACED, SERVER, "CPU µs per delivery",
				(micros) -> micros * MILLION / 1e6);
		row("core minutes for all of them to come back, each having missed 50 messages", Scenario.RECONNECT, SERVER,
				"CPU µs per client", (micros) -> micros * MILLION / 1e6 / 60);
		row("messages a second that one Redis takes, whoever gets them", Scenario.INSTANCES, WITH_REDIS,
				"Redis CPU µs per message", (micros) -> 1e6 / micros);
		return this.rows.isEmpty() ? ""
				: "| for a million connections | | computed from |\n|---|---|---|\n" + this.rows;
	}

	private void row(String what, Scenario scenario, String server, String metric, DoubleUnaryOperator computed) {
		double figure = this.report.median(scenario, server, metric);
		// Too short a look may find no time at all
		if (figure > 0) {
			this.rows.append("| ").append(what).append(" | ").append(Report.number(computed.applyAsDouble(figure)));
			this.rows.append(" | ").append(Report.name(scenario)).append(": ").append(metric).append(" = ");
			this.rows.append(Report.number(figure)).append(" |\n");
		}
	}

}
