package io.github.realtime.websocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.realtime.Position;
import io.github.realtime.testing.Patience;
import io.github.realtime.testing.RedisServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What Redis has to do when thousands of clients, each on a channel of its own, come back
 * at the same moment.
 */
@Tag("processes")
class ReconnectStormTests {

	private static final int CLIENTS = 5000;

	private static final String CHANNEL = "storm";

	private static final Pattern STATISTICS = Pattern.compile("cmdstat_(\\w+):calls=(\\d+)");

	private final ExecutorService threads = Executors.newFixedThreadPool(50);

	private final List<Visitor> visitors = IntStream.range(0, CLIENTS)
		.mapToObj((i) -> new Visitor(CHANNEL + i))
		.toList();

	@Test
	void reconnectWhenFiveThousandAtOnceThenAllResumeForABoundedNumberOfCommandsEach() throws Exception {
		try (RedisServer redis = RedisServer.start("appendfsync no");
				InstanceProcess one = start(redis);
				InstanceProcess other = start(redis)) {
			connectAll(one.awaitReady());
			subscribeAll();
			one.kill();
			connectAll(other.awaitReady());
			other.sendToEach(CHANNEL, CLIENTS, "missed");

			Calls calls = new Calls(redis);
			subscribeAll();
			this.visitors.forEach((visitor) -> visitor.awaitMessage("missed"));
			calls.print("for each of 5,000 clients that came back");
			assertThat(calls.of("evalsha")).as("reads of the history").isBetween(CLIENTS, atMost(1, calls));
			assertThat(calls.of("subscribe")).as("to batches of channels").isLessThanOrEqualTo(CLIENTS);
			assertThat(calls.of("publish")).as("take-overs, and messages to itself")
				.isBetween(CLIENTS, CLIENTS + 100 * (1 + calls.minutes()));

			deafen(redis, other);
		}
		finally {
			this.threads.shutdownNow();
		}
	}

	private void deafen(RedisServer redis, InstanceProcess instance) {
		Calls calls = new Calls(redis);
		redis.cli("CLIENT", "KILL", "TYPE", "PUBSUB");
		instance.sendToEach(CHANNEL, CLIENTS, "unheard");
		this.visitors.forEach((visitor) -> visitor.awaitMessage("unheard"));
		await().until(() -> calls.of("evalsha") >= 2 * CLIENTS);
		calls.print("for each of 5,000 channels of an instance that was deaf");
		// What it sends itself meanwhile tells it once more that it may be behind
		assertThat(calls.of("evalsha")).as("sends, and reads of the history").isLessThanOrEqualTo(atMost(3, calls));
		assertThat(calls.of("subscribe")).as("to batches of channels").isBetween(10, 20);
	}

	/**
	 * As many for each channel, and another one a minute.
	 */
	private static int atMost(int each, Calls calls) {
		return CLIENTS * (each + calls.minutes());
	}

	private static InstanceProcess start(RedisServer redis) {
		return InstanceProcess.start(redis, "server.tomcat.accept-count=" + CLIENTS);
	}

	private void connectAll(InstanceProcess instance) throws Exception {
		List<Future<?>> connecting = new ArrayList<>();
		this.visitors.forEach((visitor) -> connecting.add(this.threads.submit(() -> visitor.connect(instance))));
		for (Future<?> future : connecting) {
			future.get();
		}
	}

	private void subscribeAll() {
		this.visitors.forEach(Visitor::subscribe);
		this.visitors.forEach(Visitor::awaitSubscribed);
	}

	/**
	 * A client of one channel, which it subscribes to as soon as it is told to.
	 */
	private static final class Visitor {

		private final String channel;

		private @Nullable RawClient client;

		private @Nullable String token;

		private @Nullable Position position;

		private Visitor(String channel) {
			this.channel = channel;
		}

		private RawClient client() {
			assertThat(this.client).isNotNull();
			return this.client;
		}

		private void connect(InstanceProcess instance) {
			this.client = RawClient.connect(instance.port());
		}

		private void subscribe() {
			String subscribe = RawClient.subscribeCommand(this.channel, this.position).replace("%d", "2");
			client().sendAsync((this.token != null)
					? "{\"type\":\"resume\",\"id\":1,\"token\":\"" + this.token + "\"}\n" + subscribe : subscribe);
		}

		private void awaitSubscribed() {
			JsonNode reply = client().await(Patience.PLENTY, "subscribed", RawClient.type("subscribed"));
			assertThat(reply.path("recovered").asBoolean(true)).as(reply.toString()).isTrue();
			if (this.token == null) {
				this.token = client().welcome().get("resume").stringValue();
			}
			this.position = RawClient.position(reply);
		}

		private void awaitMessage(String data) {
			client().await(Patience.PLENTY, data, (line) -> line.path("data").asString().equals(data));
			assertThat(client().lines(RawClient.message(this.channel))
				.stream()
				.filter((line) -> line.path("data").asString().equals(data))).as("once").hasSize(1);
		}

	}

	/**
	 * Counts the commands that a Redis carries out from now on.
	 */
	private static final class Calls {

		private final RedisServer redis;

		private final Map<String, Integer> before;

		private final long start = System.nanoTime();

		private Calls(RedisServer redis) {
			this.redis = redis;
			this.before = read();
		}

		private Map<String, Integer> read() {
			return STATISTICS.matcher(String.valueOf(this.redis.cli("INFO", "commandstats")))
				.results()
				.collect(Collectors.toMap((line) -> line.group(1), (line) -> Integer.valueOf(line.group(2))));
		}

		private int of(String command) {
			return read().getOrDefault(command, 0) - this.before.getOrDefault(command, 0);
		}

		private int minutes() {
			return (int) Duration.ofNanos(System.nanoTime() - this.start).toMinutes();
		}

		private void print(String what) {
			System.out.printf("Redis commands %s: %.2f EVALSHA, %.2f PUBLISH, %.3f SUBSCRIBE%n", what,
					of("evalsha") / (double) CLIENTS, of("publish") / (double) CLIENTS,
					of("subscribe") / (double) CLIENTS);
		}

	}

}
