package io.github.realtime.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.realtime.benchmarks.Report.Sample;
import io.github.realtime.benchmarks.Server.Feature;
import org.jspecify.annotations.Nullable;

/**
 * What {@code benchmarks/run} starts: runs scenarios with servers, in rounds, so that
 * whatever changes on the machine meanwhile changes for all.
 */
public final class Run {

	private static final int QUICK = 20;

	private static final int SMOKE = 200;

	private final Options options;

	private final Bench bench;

	private final Report report;

	private Run(Options options) throws IOException {
		this.options = options;
		this.bench = new Bench(Path.of("").toAbsolutePath(), Files.createDirectories(options.results).toAbsolutePath(),
				options.serverCore, options.generatorCore, options.scale);
		this.report = new Report("Measured " + LocalDate.now() + " at revision "
				+ output("git", "describe", "--always", "--dirty") + " on " + cpu() + ".", machine(options));
	}

	/**
	 * Runs.
	 * @param args see {@code benchmarks/run --help}
	 * @throws Exception if that is not possible
	 */
	public static void main(String[] args) throws Exception {
		Options options = new Options(args);
		Run run = new Run(options);
		if (options.list) {
			run.list();
			return;
		}
		// Leave no server behind when interrupted
		Runtime.getRuntime()
			.addShutdownHook(
					new Thread(() -> ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly)));
		System.exit(run.run() ? 0 : 1);
	}

	private void list() {
		for (Server server : this.options.all) {
			String missing = server.missing(this.bench.directory());
			System.out.printf("%-18s %-32s %s%n", server.name(), server.title(),
					(missing != null) ? "not here: " + missing : "");
		}
		System.out.println();
		for (Scenario scenario : Scenario.values()) {
			System.out.printf("%-18s %s%n%-18s by default %s%n", Report.name(scenario), scenario.description(), "",
					String.join(", ", scenario.servers()));
		}
	}

	private boolean run() throws IOException, InterruptedException {
		long start = System.nanoTime();
		Map<Scenario, List<Server>> plan = new LinkedHashMap<>();
		for (Scenario scenario : Scenario.values()) {
			if (this.options.wants(scenario)) {
				plan.put(scenario, servers(scenario));
			}
		}
		int runs = this.options.runs * plan.values().stream().mapToInt(List::size).sum();
		System.out.println(runs + " runs");
		for (Map.Entry<Scenario, List<Server>> each : plan.entrySet()) {
			run(each.getKey(), each.getValue());
			if (this.options.document != null) {
				this.report.fill(this.options.document);
			}
		}
		this.report.write(this.bench.results());
		System.out.println("\n" + Files.readString(this.bench.results().resolve("results.md")));
		System.out.println(runs + " runs took " + Duration.ofNanos(System.nanoTime() - start).toMinutes()
				+ " minutes. Written to " + this.bench.results());
		return this.report.isValid();
	}

	private List<Server> servers(Scenario scenario) {
		List<Server> servers = new ArrayList<>();
		for (String name : this.options.servers(scenario)) {
			Server server = this.options.server(name);
			String missing = server.missing(this.bench.directory());
			Feature needed = scenario.needs();
			if (missing != null) {
				skip(server.title() + ": " + missing);
			}
			else if (needed != null && !server.has(needed)) {
				skip(Report.name(scenario) + ", for want of " + needed.name().toLowerCase(Locale.ROOT) + ": "
						+ server.title());
			}
			else {
				servers.add(server);
			}
		}
		return servers;
	}

	private void run(Scenario scenario, List<Server> servers) throws IOException, InterruptedException {
		for (int round = 1; round <= this.options.runs; round++) {
			for (Server server : servers) {
				Sample sample = run(scenario, server, round);
				this.report.add(sample);
				System.out.printf("%-10s %d/%d  %-18s %s%n", Report.name(scenario), round, this.options.runs,
						server.name(),
						(sample.invalid() != null) ? "INVALID: " + sample.invalid()
								: sample.figures()
									.entrySet()
									.stream()
									.map((figure) -> figure.getKey() + " " + Report.number(figure.getValue()))
									.collect(Collectors.joining(", ")));
			}
			// What there is so far, if somebody loses patience
			this.report.write(this.bench.results());
		}
	}

	private Sample run(Scenario scenario, Server server, int round) throws InterruptedException {
		Map<String, Double> figures = Map.of();
		String invalid = null;
		try {
			figures = scenario.measure(server, this.bench);
		}
		catch (InvalidRunException ex) {
			invalid = ex.getMessage();
		}
		return new Sample(Report.name(scenario), server.name(), server.title(), round, figures, invalid);
	}

	private void skip(String what) {
		if (this.report.skip(what)) {
			System.out.println("Skipped: " + what);
		}
	}

	private static Map<String, String> machine(Options options) {
		Map<String, String> machine = new LinkedHashMap<>();
		machine.put("processor", cpu() + ", " + output("nproc", "--all") + " cores");
		machine.put("kernel", "Linux " + System.getProperty("os.version"));
		List<String> java = new ArrayList<>(options.java);
		java.add("-version");
		machine.put("servers' Java", output(java.toArray(String[]::new)));
		machine.put("Node", output("node", "--version"));
		machine.put("Redis", output("redis-server", "--version"));
		machine.put("cores", "server " + options.serverCore + ", generator and Redis " + options.generatorCore);
		if (options.scale > 1) {
			machine.put("note", "quick look: small numbers, which say nothing about speed");
		}
		return machine;
	}

	private static String cpu() {
		try {
			return Files.readAllLines(Path.of("/proc/cpuinfo"))
				.stream()
				.filter((line) -> line.startsWith("model name"))
				.map((line) -> line.substring(line.indexOf(':') + 1).trim())
				.findFirst()
				.orElse("unknown");
		}
		catch (IOException ex) {
			return "unknown";
		}
	}

	private static String output(String... command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String first = new String(process.getInputStream().readAllBytes()).lines().findFirst().orElse("");
			return (process.waitFor() == 0) ? first : "unknown";
		}
		catch (IOException ex) {
			return "not here";
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What is asked for.
	 */
	private static final class Options {

		private List<String> scenarios = List.of();

		private List<String> servers = List.of();

		private List<String> java = List.of("java");

		private final List<Server> all;

		private int runs = 5;

		private int scale = 1;

		private boolean list;

		private Path results = Path.of("results");

		private @Nullable Path document;

		private String serverCore = "0";

		private String generatorCore = "1";

		Options(String[] args) {
			for (int i = 0; i < args.length; i++) {
				switch (args[i]) {
					case "--scenario" -> this.scenarios = words(args[++i]);
					case "--servers" -> this.servers = words(args[++i]);
					case "--java" -> this.java = Arrays.asList(args[++i].split(" "));
					case "--runs" -> this.runs = Integer.parseInt(args[++i]);
					case "--quick" -> this.scale = QUICK;
					case "--smoke" -> {
						this.scale = SMOKE;
						this.runs = 1;
						this.scenarios = List.of(Report.name(Scenario.BURST));
					}
					case "--list" -> this.list = true;
					case "--results" -> this.results = Path.of(args[++i]);
					case "--fill" -> this.document = Path.of(args[++i]);
					case "--server-core" -> this.serverCore = args[++i];
					case "--generator-core" -> this.generatorCore = args[++i];
					default -> throw new IllegalArgumentException("What is " + args[i] + "? See --help");
				}
			}
			if (this.document != null && (this.scale > 1 || !Files.isWritable(this.document))) {
				throw new IllegalArgumentException("--fill takes a document that is there, and no quick look");
			}
			this.all = Server.all(this.java);
			List<String> unknown = new ArrayList<>(this.scenarios);
			unknown.addAll(this.servers);
			Arrays.stream(Scenario.values()).map(Report::name).forEach(unknown::remove);
			this.all.stream().map(Server::name).forEach(unknown::remove);
			if (!unknown.isEmpty()) {
				throw new IllegalArgumentException("There is no " + String.join(", ", unknown) + ": see --list");
			}
		}

		private static List<String> words(String list) {
			return List.of(list.split(","));
		}

		List<String> servers(Scenario scenario) {
			if (this.servers.isEmpty()) {
				return (this.scale == SMOKE) ? this.all.stream().map(Server::name).toList() : scenario.servers();
			}
			return this.servers;
		}

		Server server(String name) {
			return this.all.stream().filter((server) -> server.name().equals(name)).findFirst().orElseThrow();
		}

		boolean wants(Scenario scenario) {
			return this.scenarios.isEmpty() || this.scenarios.contains(Report.name(scenario));
		}

	}

}
