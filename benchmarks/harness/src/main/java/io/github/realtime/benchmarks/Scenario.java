package io.github.realtime.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

import io.github.realtime.benchmarks.Connection.Position;
import io.github.realtime.benchmarks.Server.Feature;
import io.github.realtime.benchmarks.Trial.Load;
import io.github.realtime.benchmarks.Trial.Measurement;
import io.github.realtime.benchmarks.Trial.Return;
import org.jspecify.annotations.Nullable;

/**
 * What is measured. Each returns its figures by name, the most telling first.
 */
enum Scenario {

	/** As fast as it goes. */
	BURST("1,000 subscribers, 500 messages as fast as possible", "ours", "ours-jetty", "stomp", "stomp-ordered",
			"by-hand", "socket.io", "netty-socketio", "ws", "limit-netty", "limit-jdk", "limit-c") {

		@Override
		Map<String, Double> measure(Server server, Bench bench) throws InterruptedException {
			try (Trial trial = Trial.start(server, bench, 1, Map.of())) {
				trial.connect(bench.clients(1000), ONE_CHANNEL);
				trial.warmUp(warmUp(bench));
				return figures(trial, trial.measure(new Load(Load.PUBLISH, 0, 1, bench.amount(500), SMALL, 0)));
			}
		}

	},

	/** As in daily life. */
	PACED("1,000 subscribers, 25 messages a second for 20 seconds", "ours", "stomp", "by-hand", "limit-netty",
			"limit-jdk", "limit-c") {

		@Override
		Map<String, Double> measure(Server server, Bench bench) throws InterruptedException {
			try (Trial trial = Trial.start(server, bench, 1, Map.of())) {
				trial.connect(bench.clients(1000), ONE_CHANNEL);
				trial.warmUp(warmUp(bench), new Load(Load.PUBLISH, 0, 1, 50 * bench.amount(20), SMALL, 50));
				return figures(trial, trial.measure(new Load(Load.PUBLISH, 0, 1, 25 * bench.amount(20), SMALL, 25)));
			}
		}

	},

	/** How much it can bear. */
	CAPACITY("the highest rate to 1,000 subscribers at which the 99th percentile stays within 100 ms", "ours", "stomp",
			"by-hand") {

		@Override
		Map<String, Double> measure(Server server, Bench bench) throws InterruptedException {
			return new CapacitySearch(server, bench).run();
		}

	},

	/** Many small audiences. */
	CHANNELS("2,000 clients on 1 to 9 of 200 channels, 400 messages a second in turn, one in four of 1,000 bytes",
			"ours", "stomp", "by-hand") {

		@Override
		Map<String, Double> measure(Server server, Bench bench) throws InterruptedException {
			try (Trial trial = Trial.start(server, bench, 1, Map.of())) {
				// 23 and 200 have no common divisor, so a client's channels differ
				trial.connect(bench.clients(2000), (index) -> {
					int[] channels = new int[1 + index % 9];
					for (int i = 0; i < channels.length; i++) {
						channels[i] = (index * 7 + i * 23) % 200;
					}
					return channels;
				});
				Load load = new Load(Load.PUBLISH, 0, 200, 400 * bench.amount(20), "72,72,72,1000", 400);
				trial.warmUp(warmUp(bench), load);
				return figures(trial, trial.measure(load));
			}
		}

	},

	/** What a connection costs that does nothing. */
	MEMORY("5,000 connections with one subscription each, after a garbage collection", "ours", "ours-jetty", "stomp",
			"by-hand", "socket.io", "netty-socketio", "ws") {

		@Override
		Map<String, Double> measure(Server server, Bench bench) throws InterruptedException {
			// So that the heap grows by what is new in it and nothing else, whoever asks
			Map<String, String> options = Map.of("JAVA_TOOL_OPTIONS",
					"-XX:+UseSerialGC -Xms32m -Xmn16m -XX:MinHeapFreeRatio=5 -XX:MaxHeapFreeRatio=10"
							+ " -XX:-ShrinkHeapInSteps");
			try (Trial trial = Trial.start(server, bench, 1, options)) {
				trial.connect(bench.clients(500), ONE_CHANNEL);
				trial.warmUp(warmUp(bench));
				trial.disconnect();
				Thread.sleep(2000);
				Instance instance = trial.subscribed();
				long heapBefore = instance.collectGarbage();
				long before = instance.memory("Rss");
				int clients = bench.clients(5000);
				trial.connect(clients, ONE_CHANNEL);
				Thread.sleep(2000);
				long heap = instance.collectGarbage();
				long after = instance.memory("Rss");
				Map<String, Double> figures = new LinkedHashMap<>();
				figures.put("resident KiB per connection", (after - before) / 1024.0 / clients);
				figures.put("heap KiB per connection", (heap - heapBefore) / 1024.0 / clients);
				figures.put("resident MiB, all", after / 1024.0 / 1024);
				figures.put("PSS MiB, all", instance.memory("Pss") / 1024.0 / 1024);
				return figures;
			}
		}

	},

	/** Everybody comes back at once. */
	RECONNECT("5,000 clients come back at once, and get the 50 messages that each has missed", "ours", "ours-accept",
			"socket.io-recovery") {

		private static final int CLIENTS_PER_CHANNEL = 100;

		@Override
		Feature needs() {
			return Feature.RECOVERY;
		}

		@Override
		Map<String, Double> measure(Server server, Bench bench) throws InterruptedException {
			try (Trial trial = Trial.start(server, bench, 1, Map.of())) {
				storm(trial, bench.clients(1000));
				return storm(trial, bench.clients(5000));
			}
		}

		private Map<String, Double> storm(Trial trial, int clients) throws InterruptedException {
			IntFunction<int[]> channels = (index) -> new int[] { index / CLIENTS_PER_CHANNEL };
			int count = (clients + CLIENTS_PER_CHANNEL - 1) / CLIENTS_PER_CHANNEL;
			trial.connect(clients, channels);
			Load missed = new Load(Load.PUBLISH, 0, count, 50 * count, SMALL, 0);
			Tally tally = trial.tally(missed);
			List<Position> positions = trial.disconnect();
			Thread.sleep(1000);
			trial.send(missed, tally.run());
			long retries = Network.synRetries();
			long overflows = Network.listenOverflows();
			Return back = trial.reconnect(positions, channels, tally);
			Map<String, Double> figures = new LinkedHashMap<>();
			figures.put("seconds until all are recovered", tally.seconds());
			figures.put("CPU µs per client", back.measurement().cpuNanos() / 1e3 / clients);
			figures.putAll(figures(trial, back.measurement()));
			figures.put("turned away", (double) back.turnedAway());
			figures.put("SYN retries", (double) (Network.synRetries() - retries));
			figures.put("accept queue overflows", (double) (Network.listenOverflows() - overflows));
			trial.disconnect();
			Thread.sleep(1000);
			return figures;
		}

	},

	/** One that reads nothing. */
	STUCK("1,000 subscribers, 25 messages a second, without and with one more that does not read, and is sent 800 KB/s",
			"ours", "by-hand") {

		@Override
		Map<String, Double> measure(Server server, Bench bench) throws InterruptedException {
			try (Trial trial = Trial.start(server, bench, 1, Map.of())) {
				trial.connect(bench.clients(1000), ONE_CHANNEL);
				// By one thread, in turn: to all, and much to the one that will be stuck
				Load load = new Load(Load.PUBLISH, 0, 2, 50 * bench.amount(20), SMALL + ",32000", 50);
				trial.warmUp(warmUp(bench));
				// That one is stuck takes paths of its own, which are compiled, too
				trial.connectStuck(0, 1);
				trial.measure(load).complete();
				Measurement without = trial.measure(load).valid();
				trial.connectStuck(0, 1);
				Measurement with = trial.measure(load);
				Map<String, Double> figures = new LinkedHashMap<>();
				figures.put("p99 with / without", with.tally().latency(99) / without.tally().latency(99));
				figures.put("p99 ms without", without.tally().latency(99));
				figures.put("p99.9 ms without", without.tally().latency(99.9));
				figures.put("CPU µs per delivery without", without.cpuMicrosPerDelivery());
				figures.putAll(figures(trial, with));
				figures.put("longest ms", with.tally().latency(100));
				return figures;
			}
		}

	},

	/** From one instance to another. */
	INSTANCES(
			"1,000 subscribers at one instance, 500 messages as fast as possible sent by another; without Redis at one",
			"ours", "ours-redis", "ours-jetty-redis", "socket.io-redis") {

		@Override
		Map<String, Double> measure(Server server, Bench bench) throws InterruptedException {
			try (Trial trial = Trial.start(server, bench, server.has(Feature.REDIS) ? 2 : 1, Map.of())) {
				trial.connect(bench.clients(1000), ONE_CHANNEL);
				trial.warmUp(warmUp(bench));
				Measurement measured = trial.measure(new Load(Load.PUBLISH, 0, 1, bench.amount(500), SMALL, 0));
				Map<String, Double> figures = figures(trial, measured);
				if (server.wire() == Wire.REALTIME) {
					// Many, since Redis needs less for a burst than can be measured. Once
					// to warm up
					Load alone = new Load(Load.PUBLISH, 9, 1, bench.amount(50_000), SMALL, 0);
					trial.send(alone, 9999);
					long redis = trial.redisNanos();
					long start = System.nanoTime();
					trial.send(alone, 9999);
					figures.put("publishes/s, no subscribers", alone.count() * 1e9 / (System.nanoTime() - start));
					if (server.has(Feature.REDIS)) {
						figures.put("Redis CPU µs for each", (trial.redisNanos() - redis) / 1e3 / alone.count());
					}
				}
				return figures;
			}
		}

	},

	/** A map that everybody watches. */
	STATE("500 subscribers, 2,000 writes a second to 100 keys of one channel's state for 10 seconds", "ours",
			"ours-redis") {

		@Override
		Feature needs() {
			return Feature.STATE;
		}

		@Override
		Map<String, Double> measure(Server server, Bench bench) throws InterruptedException {
			try (Trial trial = Trial.start(server, bench, 1, Map.of())) {
				trial.connect(bench.clients(500), ONE_CHANNEL);
				Load load = new Load(Load.CHANGE, 0, 1, 2000 * bench.amount(10), SMALL, 2000);
				trial.warmUp(warmUp(bench), load);
				return figures(trial, trial.measure(load));
			}
		}

	};

	/** Makes a line of ours about 130 bytes long. */
	static final String SMALL = "72";

	static final IntFunction<int[]> ONE_CHANNEL = (index) -> new int[] { 0 };

	private final String description;

	private final List<String> servers;

	Scenario(String description, String... servers) {
		this.description = description;
		this.servers = List.of(servers);
	}

	String description() {
		return this.description;
	}

	/**
	 * Returns who takes part if nobody says otherwise: those worth comparing. All of them
	 * everywhere would take a day.
	 * @return the names of servers, of which the first is what others are compared with
	 */
	List<String> servers() {
		return this.servers;
	}

	/**
	 * Says what a server needs to take part.
	 * @return the feature, or {@code null}
	 */
	@Nullable Feature needs() {
		return null;
	}

	/**
	 * Runs it once, with a fresh server.
	 * @param server the server
	 * @param bench where, and how thorough
	 * @return the figures by name
	 * @throws InterruptedException if interrupted
	 */
	abstract Map<String, Double> measure(Server server, Bench bench) throws InterruptedException;

	static Duration warmUp(Bench bench) {
		return Duration.ofSeconds(bench.amount(8));
	}

	static Map<String, Double> figures(Trial trial, Measurement measured) {
		Tally tally = measured.valid().tally();
		Map<String, Double> figures = new LinkedHashMap<>();
		figures.put("CPU µs per delivery", measured.cpuMicrosPerDelivery());
		figures.put("deliveries/s", tally.delivered() / tally.seconds());
		figures.put("p50 ms", tally.latency(50));
		figures.put("p99 ms", tally.latency(99));
		figures.put("p99.9 ms", tally.latency(99.9));
		figures.put("resident MiB", trial.subscribed().memory("Rss") / 1024.0 / 1024);
		figures.put("generator busy %", measured.generatorNanos() * 100.0 / measured.nanos());
		if (tally.lateCount() > 0) {
			figures.put("out of order %", tally.lateCount() * 100.0 / tally.delivered());
		}
		return figures;
	}

	/**
	 * What the kernel counts, of the whole machine.
	 */
	private static final class Network {

		private Network() {
		}

		static long synRetries() {
			return counter("TCPSynRetrans");
		}

		static long listenOverflows() {
			return counter("ListenOverflows");
		}

		private static long counter(String name) {
			try {
				List<String> lines = Files.readAllLines(Path.of("/proc/net/netstat"));
				List<String> names = List.of(lines.get(0).split(" "));
				return Long.parseLong(lines.get(1).split(" ")[names.indexOf(name)]);
			}
			catch (IOException ex) {
				throw new InvalidRunException(ex.toString());
			}
		}

	}

}
