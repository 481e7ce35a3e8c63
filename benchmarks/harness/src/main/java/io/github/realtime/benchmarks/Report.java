package io.github.realtime.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that was measured, as JSON, and as tables of medians with their spread.
 */
final class Report {

	private final String origin;

	private final Map<String, String> machine;

	private final List<Sample> samples = new ArrayList<>();

	private final Set<String> skipped = new LinkedHashSet<>();

	/**
	 * Creates a report.
	 * @param origin when and what was measured, in a line
	 * @param machine what by
	 */
	Report(String origin, Map<String, String> machine) {
		this.origin = origin;
		this.machine = machine;
	}

	void add(Sample sample) {
		this.samples.add(sample);
	}

	/**
	 * Notes what is not measured.
	 * @param what what, and why not
	 * @return whether this is news
	 */
	boolean skip(String what) {
		return this.skipped.add(what);
	}

	/**
	 * Tells whether all that ran is a result.
	 * @return {@code false} if a run was invalid
	 */
	boolean isValid() {
		return this.samples.stream().allMatch((sample) -> sample.invalid() == null);
	}

	/**
	 * Writes {@code results.json} and {@code results.md}.
	 * @param directory where
	 * @throws IOException if that is not possible
	 */
	void write(Path directory) throws IOException {
		Map<String, Object> all = new LinkedHashMap<>();
		all.put("origin", this.origin);
		all.put("machine", this.machine);
		all.put("skipped", this.skipped);
		all.put("samples", this.samples);
		JsonMapper mapper = JsonMapper.builder().build();
		Files.writeString(directory.resolve("results.json"),
				mapper.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
		StringBuilder text = new StringBuilder(this.origin + "\n\n" + machineTable());
		for (Scenario scenario : Scenario.values()) {
			String table = table(scenario);
			if (!table.isEmpty()) {
				text.append("\n## ").append(name(scenario)).append("\n\n").append(scenario.description());
				text.append("\n\n").append(table);
			}
		}
		String growth = new Growth(this, "").table();
		if (!growth.isEmpty()) {
			text.append("\n## growth\n\n").append(growth);
		}
		if (!this.skipped.isEmpty()) {
			text.append("\nNot measured:\n\n");
			this.skipped.forEach((what) -> text.append("* ").append(what).append('\n'));
		}
		Files.writeString(directory.resolve("results.md"), text);
	}

	/**
	 * Puts the tables into a document, each between {@code <!-- results:name -->} and
	 * {@code <!-- end -->}. Where there is nothing new it stays as it is, so each table
	 * says itself where it comes from.
	 * @param document the document
	 * @throws IOException if that is not possible
	 */
	void fill(Path document) throws IOException {
		String text = replace(Files.readString(document), "machine", machineTable());
		for (Scenario scenario : Scenario.values()) {
			String table = table(scenario);
			text = replace(text, name(scenario), table.isEmpty() ? "" : table + "\n" + this.origin + "\n");
		}
		text = replace(text, "growth", new Growth(this, text).table());
		Files.writeString(document, text);
	}

	private static String replace(String text, String name, String table) {
		String begin = "<!-- results:" + name + " -->\n";
		int start = text.indexOf(begin);
		if (table.isEmpty() || start < 0) {
			return text;
		}
		start += begin.length();
		return text.substring(0, start) + "\n" + table + "\n" + text.substring(text.indexOf("<!-- end -->", start));
	}

	private String machineTable() {
		StringBuilder table = new StringBuilder("| | |\n|---|---|\n");
		this.machine
			.forEach((what, value) -> table.append("| ").append(what).append(" | ").append(value).append(" |\n"));
		return table.toString();
	}

	private String table(Scenario scenario) {
		List<Sample> samples = this.samples.stream()
			.filter((sample) -> sample.scenario().equals(name(scenario)))
			.toList();
		Set<String> metrics = new LinkedHashSet<>();
		samples.forEach((sample) -> metrics.addAll(sample.figures().keySet()));
		if (samples.isEmpty()) {
			return "";
		}
		List<String> servers = samples.stream().map(Sample::server).distinct().toList();
		String reference = servers.get(0);
		String first = metrics.stream().findFirst().orElse("");
		StringBuilder table = new StringBuilder("| | runs |");
		metrics.forEach((metric) -> table.append(' ').append(metric).append(" |"));
		table.append(' ').append(first).append(" (").append(title(samples, reference)).append(" = 1) |\n|---|---|");
		table.append("---|".repeat(metrics.size() + 1)).append('\n');
		for (String server : servers) {
			List<Sample> all = samples.stream().filter((sample) -> sample.server().equals(server)).toList();
			List<Sample> valid = all.stream().filter((sample) -> sample.invalid() == null).toList();
			table.append("| ").append(title(samples, server)).append(" | ").append(valid.size());
			table.append((valid.size() < all.size()) ? " (" + (all.size() - valid.size()) + " invalid) |" : " |");
			for (String metric : metrics) {
				table.append(' ')
					.append(spread(valid.stream().map((sample) -> sample.figures().get(metric))))
					.append(" |");
			}
			table.append(' ')
				.append(spread(valid.stream().map((sample) -> ratio(samples, sample, reference, first))))
				.append(" |\n");
		}
		return table.toString();
	}

	/**
	 * To the reference in the same round, so that a machine that drifts drifts for both.
	 */
	private static @Nullable Double ratio(List<Sample> samples, Sample sample, String reference, String metric) {
		Predicate<Sample> counterpart = (other) -> other.round() == sample.round() && other.server().equals(reference)
				&& other.invalid() == null;
		Double one = sample.figures().get(metric);
		return samples.stream()
			.filter(counterpart)
			.map((other) -> other.figures().get(metric))
			.filter((other) -> one != null && other != null && other != 0)
			.map((other) -> ((one != null) ? one : 0) / other)
			.findFirst()
			.orElse(null);
	}

	private static String title(List<Sample> samples, String server) {
		return samples.stream()
			.filter((sample) -> sample.server().equals(server))
			.map(Sample::title)
			.findFirst()
			.orElse(server);
	}

	static String spread(Stream<@Nullable Double> figures) {
		double[] sorted = figures.filter((figure) -> figure != null)
			.mapToDouble((figure) -> (figure != null) ? figure : 0)
			.sorted()
			.toArray();
		if (sorted.length == 0) {
			return "–";
		}
		String median = number(median(sorted));
		return (sorted.length == 1) ? median
				: median + " (" + number(sorted[0]) + "–" + number(sorted[sorted.length - 1]) + ")";
	}

	/**
	 * Returns a figure.
	 * @param scenario where it was measured
	 * @param server of what
	 * @param metric its name
	 * @return the median of the valid runs; not a number if there is none
	 */
	double median(Scenario scenario, String server, String metric) {
		return median(this.samples.stream()
			.filter((sample) -> sample.scenario().equals(name(scenario)) && sample.server().equals(server))
			.filter((sample) -> sample.invalid() == null && sample.figures().containsKey(metric))
			.mapToDouble((sample) -> sample.figures().getOrDefault(metric, Double.NaN))
			.toArray());
	}

	private static double median(double[] figures) {
		double[] sorted = Arrays.stream(figures).sorted().toArray();
		int middle = sorted.length / 2;
		if (sorted.length == 0) {
			return Double.NaN;
		}
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	/** Three digits that tell something. */
	static String number(double figure) {
		double size = Math.abs(figure);
		int digits = (size >= 100 || size == 0) ? 0 : (size >= 10) ? 1 : (size >= 1) ? 2 : 3;
		return String.format(Locale.ROOT, "%,." + digits + "f", figure);
	}

	static String name(Scenario scenario) {
		return scenario.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * One run.
	 *
	 * @param scenario its name
	 * @param server the server's name
	 * @param title the server's name in tables
	 * @param round which round it was in
	 * @param figures by name
	 * @param invalid why it is not a result, or {@code null}
	 */
	record Sample(String scenario, String server, String title, int round, Map<String, Double> figures,
			@Nullable String invalid) {

	}

}
