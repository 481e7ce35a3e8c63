package io.github.realtime.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;

import io.github.realtime.benchmarks.Connection.Plan;
import io.github.realtime.benchmarks.Connection.Position;
import io.github.realtime.benchmarks.Server.Feature;
import org.jspecify.annotations.Nullable;

/**
 * A fresh server and its clients. Messages are sent by the first of its instances, and
 * clients are at the last.
 */
final class Trial implements AutoCloseable {

	/** So many connect at once where nothing is to be learned from it. */
	private static final int GENTLY = 50;

	private static final Duration PATIENCE = Duration.ofSeconds(25);

	private static final Duration LIMIT = Duration.ofMinutes(3);

	private static final Duration PROBING = Duration.ofSeconds(60);

	/** So much of a core may be used by others, beside what can't be measured closer. */
	private static final double OTHERS = 0.2;

	private static final Duration OTHERS_SLACK = Duration.ofMillis(100);

	private final Server server;

	private final Cores cores;

	private final List<Instance> instances = new ArrayList<>();

	private final @Nullable Instance redis;

	private final Generator generator;

	private final Map<Integer, Integer> subscribers = new HashMap<>();

	private int runs;

	private Trial(Server server, Bench bench, int instances, Map<String, String> more)
			throws IOException, InterruptedException {
		this.server = server;
		this.cores = new Cores(bench.serverCore(), bench.generatorCore());
		Path log = bench.results().resolve(server.name() + ".log");
		Map<String, String> environment = new HashMap<>(server.environment());
		environment.putAll(more);
		this.generator = new Generator();
		try {
			this.redis = server.has(Feature.REDIS)
					? Instance.startRedis(bench.generatorCore(), bench.results().resolve("redis.log")) : null;
			if (this.redis != null) {
				environment.put("REDIS_PORT", String.valueOf(this.redis.port()));
				environment.put("SPRING_DATA_REDIS_PORT", String.valueOf(this.redis.port()));
			}
			for (int i = 0; i < instances; i++) {
				this.instances
					.add(Instance.start(server.command(), environment, bench.directory(), bench.serverCore(), log));
			}
		}
		catch (RuntimeException | InterruptedException ex) {
			close();
			throw ex;
		}
	}

	/**
	 * Starts a server.
	 * @param server the server
	 * @param bench where
	 * @param instances how many of it
	 * @param environment what it is told beside what it always is
	 * @return the trial
	 * @throws InterruptedException if interrupted
	 */
	static Trial start(Server server, Bench bench, int instances, Map<String, String> environment)
			throws InterruptedException {
		try {
			return new Trial(server, bench, instances, environment);
		}
		catch (IOException ex) {
			throw new InvalidRunException(ex.toString());
		}
	}

	/**
	 * Connects clients that subscribe, and makes sure by probes that all have.
	 * @param clients how many
	 * @param channels which channels the client of a number subscribes to
	 * @throws InterruptedException if interrupted
	 */
	void connect(int clients, IntFunction<int[]> channels) throws InterruptedException {
		this.generator.count(new Tally(Tally.PROBE, 0));
		this.generator.connect(plan(channels, -1), clients, GENTLY, List.of());
		note(clients, channels);
		probe();
	}

	/**
	 * Connects a client that then reads nothing any more.
	 * @param channels its channels
	 * @throws InterruptedException if interrupted
	 */
	void connectStuck(int... channels) throws InterruptedException {
		this.generator.connect(plan((index) -> channels, 0), 1, 1, List.of());
		this.generator.stick();
	}

	/**
	 * Connects clients that were here before, all at once, and counts what they get.
	 * @param positions where they left off
	 * @param channels which channels the client of a number subscribes to
	 * @param tally where to count
	 * @return what it took
	 * @throws InterruptedException if interrupted
	 */
	Return reconnect(List<Position> positions, IntFunction<int[]> channels, Tally tally) throws InterruptedException {
		Meter meter = new Meter();
		tally.startNow();
		this.generator.count(tally);
		int turnedAway = this.generator.connect(plan(channels, -1), positions.size(), positions.size(), positions);
		note(positions.size(), channels);
		tally.await(PATIENCE, LIMIT);
		Measurement measured = meter.read(tally);
		tally.close();
		return new Return(measured, turnedAway);
	}

	/**
	 * Closes all connections.
	 * @return where each client was
	 * @throws InterruptedException if interrupted
	 */
	List<Position> disconnect() throws InterruptedException {
		this.subscribers.clear();
		return this.generator.disconnect();
	}

	private Plan plan(IntFunction<int[]> channels, int stuck) {
		return new Plan(this.server.wire(), subscribed().port(), channels, !this.server.has(Feature.UNORDERED), stuck);
	}

	private void note(int clients, IntFunction<int[]> channels) {
		for (int i = 0; i < clients; i++) {
			for (int channel : channels.apply(i)) {
				this.subscribers.merge(channel, 1, Integer::sum);
			}
		}
	}

	private void probe() throws InterruptedException {
		int first = Collections.min(this.subscribers.keySet());
		int channels = Collections.max(this.subscribers.keySet()) - first + 1;
		int subscriptions = this.subscribers.values().stream().mapToInt(Integer::intValue).sum();
		Load probe = new Load(Load.PUBLISH, first, channels, channels, "72", 0);
		long deadline = System.nanoTime() + PROBING.toNanos();
		while (this.generator.probedSubscriptions() < subscriptions) {
			if (System.nanoTime() > deadline) {
				throw new InvalidRunException("Only " + this.generator.probedSubscriptions() + " of " + subscriptions
						+ " subscriptions get anything");
			}
			publisher().control(probe.command(Tally.PROBE));
			Thread.sleep(200);
		}
		Thread.sleep(300);
	}

	/**
	 * Starts the count of a load that is measured by other means.
	 * @param load the load
	 * @return its tally
	 */
	Tally tally(Load load) {
		return new Tally(++this.runs, load.deliveries(this.subscribers));
	}

	/**
	 * Sends without counting.
	 * @param load what to send
	 * @param run as which run
	 */
	void send(Load load, int run) {
		publisher().control(load.command(run));
	}

	/**
	 * Sends, waits until all has arrived, and checks it.
	 * @param load what to send
	 * @return what it took
	 * @throws InterruptedException if interrupted
	 */
	Measurement measure(Load load) throws InterruptedException {
		return measure(load, LIMIT);
	}

	/**
	 * Sends, waits until all has arrived, and checks it.
	 * @param load what to send
	 * @param limit how long it may take
	 * @return what it took
	 * @throws InterruptedException if interrupted
	 */
	Measurement measure(Load load, Duration limit) throws InterruptedException {
		Tally tally = tally(load);
		this.generator.count(tally);
		Meter meter = new Meter();
		CompletableFuture<String> sent = CompletableFuture
			.supplyAsync(() -> publisher().control(load.command(tally.run())), (task) -> new Thread(task).start());
		tally.await(PATIENCE, limit);
		Measurement measured = meter.read(tally);
		if (tally.fault() == null) {
			try {
				sent.join();
			}
			catch (CompletionException ex) {
				tally.fault(String.valueOf(ex.getCause()));
			}
		}
		tally.close();
		return measured;
	}

	/**
	 * Sends for a while, so that what is measured is compiled code. It is checked, too.
	 * @param time for how long
	 * @throws InterruptedException if interrupted
	 */
	void warmUp(Duration time) throws InterruptedException {
		int first = Collections.min(this.subscribers.keySet());
		int channels = Collections.max(this.subscribers.keySet()) - first + 1;
		long end = System.nanoTime() + time.toNanos();
		do {
			measure(new Load(Load.PUBLISH, first, channels, Math.max(200, channels), "72", 0)).complete();
		}
		while (System.nanoTime() < end);
		Thread.sleep(500);
	}

	/**
	 * Sends for a while as fast as possible, and then as it will be measured, which takes
	 * other paths. It ends after the first heartbeats.
	 * @param time for how long
	 * @param load what to send then
	 * @throws InterruptedException if interrupted
	 */
	void warmUp(Duration time, Load load) throws InterruptedException {
		warmUp(time);
		measure(load).complete();
	}

	private long cpuNanos() {
		return this.instances.stream().mapToLong(Instance::cpuNanos).sum();
	}

	long redisNanos() {
		return (this.redis != null) ? this.redis.cpuNanos() : 0;
	}

	/** How long the cores were busy with something else since some moment. */
	private long othersNanos() {
		long generator = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
		return this.cores.busyNanos() - cpuNanos() - redisNanos() - generator;
	}

	Instance publisher() {
		return this.instances.get(0);
	}

	Instance subscribed() {
		return this.instances.get(this.instances.size() - 1);
	}

	@Override
	public void close() {
		this.generator.close();
		this.instances.forEach(Instance::close);
		if (this.redis != null) {
			this.redis.close();
		}
	}

	/**
	 * What to send.
	 *
	 * @param kind {@link #PUBLISH} or {@link #CHANGE}
	 * @param channel the first channel
	 * @param channels to how many, in turn
	 * @param count how many messages, all together
	 * @param sizes of the texts in bytes, in turn, separated by commas
	 * @param rate how many a second; 0 for as fast as possible
	 */
	record Load(String kind, int channel, int channels, int count, String sizes, double rate) {

		static final String PUBLISH = "publish";

		static final String CHANGE = "change";

		String command(int run) {
			return String.join(" ", this.kind, String.valueOf(run), String.valueOf(this.channel),
					String.valueOf(this.channels), String.valueOf(this.count), this.sizes, String.valueOf(this.rate));
		}

		long deliveries(Map<Integer, Integer> subscribers) {
			long deliveries = 0;
			for (int i = 0; i < this.channels; i++) {
				int messages = this.count / this.channels + ((i < this.count % this.channels) ? 1 : 0);
				deliveries += (long) messages * subscribers.getOrDefault(this.channel + i, 0);
			}
			return deliveries;
		}

	}

	/**
	 * Reads the clocks once more than at the start.
	 */
	private final class Meter {

		private final long cpu = cpuNanos();

		private final long busy = Trial.this.generator.busyNanos();

		private final long others = othersNanos();

		private final long start = System.nanoTime();

		Measurement read(Tally tally) {
			long cpu = cpuNanos() - this.cpu;
			long others = othersNanos() - this.others;
			long busy = Trial.this.generator.busyNanos() - this.busy;
			return new Measurement(tally, System.nanoTime() - this.start, cpu, busy, others);
		}

	}

	/**
	 * What it took until all were back.
	 *
	 * @param measurement the figures
	 * @param turnedAway how many times a client had to try again
	 */
	record Return(Measurement measurement, int turnedAway) {

	}

	/**
	 * What a load took.
	 *
	 * @param tally what arrived
	 * @param nanos how long it took
	 * @param cpuNanos the processor time of all instances
	 * @param generatorNanos how long the generator was busy
	 * @param othersNanos how long the cores were, with something else
	 */
	record Measurement(Tally tally, long nanos, long cpuNanos, long generatorNanos, long othersNanos) {

		/**
		 * Returns this, if all arrived as it should.
		 * @return this
		 */
		Measurement complete() {
			String fault = this.tally.fault();
			if (fault != null) {
				throw new InvalidRunException(fault);
			}
			return this;
		}

		/**
		 * Returns this, unless somebody else needed the cores.
		 * @return this
		 */
		Measurement undisturbed() {
			if (this.othersNanos > this.nanos * OTHERS + OTHERS_SLACK.toNanos()) {
				throw new InvalidRunException("Others used the cores for " + Report.number(this.othersNanos / 1e9)
						+ " of " + Report.number(this.nanos / 1e9) + " s");
			}
			return this;
		}

		/**
		 * Returns this, if it is a result.
		 * @return this
		 */
		Measurement valid() {
			return complete().undisturbed();
		}

		double cpuMicrosPerDelivery() {
			return this.cpuNanos / 1e3 / this.tally.delivered();
		}

	}

}
