package io.github.realtime.websocket;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.realtime.Position;
import io.github.realtime.testing.Patience;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Several instances that share a Redis behave as one.
 */
@Tag("processes")
class InstancesTests {

	private static final String[] PROPERTIES = { "realtime.history.size=100000", "realtime.history.bytes=100MB",
			"realtime.limits.commands-per-second=100000" };

	private static final int TAKEN_OVER = 4409;

	private static final int PAIRS = 30;

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server("appendfsync no");

	private static final InstanceProcess one = redis.open(InstanceProcess.start(redis.get(), PROPERTIES));

	private static final InstanceProcess other = redis.open(InstanceProcess.start(redis.get(), PROPERTIES));

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<Reader> readers = new ArrayList<>();

	@AfterEach
	void leave() {
		one.endFlood();
		other.endFlood();
		this.readers.forEach(Reader::close);
		this.threads.shutdownNow();
	}

	private List<Reader> readers(String channel, int each, InstanceProcess... instances) {
		List<Reader> readers = Stream.of(instances)
			.flatMap((instance) -> Stream.generate(() -> new Reader(channel).connect(instance.port())).limit(each))
			.toList();
		this.readers.addAll(readers);
		return readers;
	}

	@Test
	void sendWhenItAlternatesBetweenTwoInstancesThenClientsOfBothSeeTheSameInTheSameOrder() {
		List<Reader> readers = readers("alternating", 3, one, other);
		List<String> sent = IntStream.range(0, 10_000).mapToObj(Integer::toString).toList();
		for (int i = 0; i < sent.size(); i++) {
			((i % 2 == 0) ? one : other).send("alternating", sent.get(i));
		}
		for (Reader reader : readers) {
			assertThat(reader.awaitMessages(sent.size())).isEqualTo(sent);
		}
	}

	@Test
	void sendWhenFourThreadsOfBothInstancesAtOnceThenOneOrderForAll() {
		List<Reader> readers = readers("flooded", 3, one, other);
		Reader first = readers.get(0);
		one.flood("flooded", "one-", 4, 100);
		other.flood("flooded", "other-", 4, 100);
		first.await("1,000 from each instance", () -> first.count("one-") >= 1000 && first.count("other-") >= 1000);
		List<List<String>> threads = new ArrayList<>(one.endFlood());
		threads.addAll(other.endFlood());
		int total = threads.stream().mapToInt(List::size).sum();
		List<String> order = first.awaitMessages(total);
		for (Reader reader : readers) {
			assertThat(reader.awaitMessages(total)).isEqualTo(order);
		}
		assertThat(order).hasSize(total);
		for (List<String> thread : threads) {
			assertThat(order).containsSubsequence(thread);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "update", "increment" })
	void stateWhenEightThreadsOfBothInstancesCountThenNoneIsLost(String method) throws Exception {
		String channel = method + "d";
		try (RawClient client = RawClient.connect(one.port())) {
			client.subscribe(channel);
			List<Future<?>> counts = Stream.of(one, other)
				.<Future<?>>map((instance) -> this.threads.submit(() -> instance.count(method, channel, "n", 4, 25)))
				.toList();
			for (Future<?> count : counts) {
				count.get(Patience.PLENTY.toSeconds(), TimeUnit.SECONDS);
			}
			assertThat(one.state(channel).get("n").intValue()).isEqualTo(200);
			assertThat(other.state(channel)).isEqualTo(one.state(channel));
			assertThat(client.awaitAll(200, "change", RawClient.type("state")))
				.extracting((line) -> line.get("value").intValue())
				.containsExactlyElementsOf(IntStream.rangeClosed(1, 200).boxed().toList());
		}
	}

	@Test
	void killWhenUnderLoadThenClientsComeBackToTheOtherInstanceAndMissNothing() throws Exception {
		try (InstanceProcess doomed = InstanceProcess.start(redis.get(), PROPERTIES).awaitReady()) {
			List<Reader> orphans = readers("killed", 5, doomed);
			List<Reader> readers = readers("killed", 2, other);
			other.flood("killed", "other-", 4, 500);
			List<Future<List<String>>> senders = List.of(this.threads.submit(() -> sendUntilKilled(doomed, "a")),
					this.threads.submit(() -> sendUntilKilled(doomed, "b")));
			Reader witness = readers.get(0);
			witness.await("200 from the one that is killed", () -> witness.count("doomed-") >= 200);

			doomed.kill();
			List<Future<Reader>> returns = orphans.stream().map((orphan) -> this.threads.submit(() -> {
				assertThat(orphan.awaitCloseCode()).isEqualTo(1006);
				return orphan.connect(other.port());
			})).toList();
			for (Future<Reader> back : returns) {
				int before = witness.count();
				back.get(Patience.PLENTY.toSeconds(), TimeUnit.SECONDS);
				witness.awaitMessages(before + 100);
			}
			List<List<String>> reported = new ArrayList<>(other.endFlood());
			for (Future<List<String>> sender : senders) {
				reported.add(sender.get());
			}
			other.send("killed", "last");

			List<String> order = witness.awaitLast("last");
			assertThat(order).doesNotHaveDuplicates();
			for (List<String> messages : reported) {
				assertThat(order).containsSubsequence(messages);
			}
			orphans.forEach((orphan) -> assertThat(orphan.awaitLast("last")).isEqualTo(order));
		}
	}

	/**
	 * Sends one after another.
	 * @return what was reported as sent
	 */
	private static List<String> sendUntilKilled(InstanceProcess instance, String thread) {
		List<String> sent = new ArrayList<>();
		try {
			while (true) {
				String message = "doomed-" + thread + "-" + sent.size();
				instance.send("killed", message);
				sent.add(message);
			}
		}
		catch (UncheckedIOException ex) {
			return sent;
		}
	}

	@Test
	void subscribeWhenAThousandTimesDuringAStreamFromTheOtherInstanceThenNeverAGapADoubleOrASwap() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		int joins = 1000;
		int replayed = 0;
		int live = 0;
		Position last = null;
		one.flood("joined0", "m", 2, 100);
		try (RawClient client = RawClient.connect(other.port())) {
			client.welcome();
			for (int i = 0; i < joins; i++) {
				String description = "join " + i + ", seed " + seed;
				if (i % 4 == 0) {
					// One that the other instance does not listen to yet
					one.floodTo("joined" + i / 4);
					last = null;
				}
				String channel = "joined" + i / 4;
				Position since = random.nextBoolean() ? last : null;
				int seen = client.count();
				JsonNode subscribed = client.command(RawClient.subscribeCommand(channel, since));
				LockSupport.parkNanos(random.nextInt(3_000_000));
				client.unsubscribe(channel);

				List<JsonNode> lines = client.lines(seen);
				assertThat(lines.get(0)).as("before any publication: " + description).isEqualTo(subscribed);
				assertThat(subscribed.path("recovered").asBoolean(true)).as(description).isTrue();
				Position top = RawClient.position(subscribed);
				long next = ((since != null) ? since : top).offset() + 1;
				for (JsonNode line : lines) {
					if (RawClient.message(channel).test(line)) {
						assertThat(line.get("offset").longValue()).as(description).isEqualTo(next);
						replayed += (next <= top.offset()) ? 1 : 0;
						live += (next > top.offset()) ? 1 : 0;
						next++;
					}
				}
				last = new Position(top.epoch(), random.nextBoolean() ? top.offset() : next - 1);
			}
			assertThat(client.lines((line) -> line.has("code"))).as("errors, resyncs; seed " + seed).isEmpty();
		}
		assertThat(replayed).isGreaterThan(joins / 2);
		assertThat(live).isGreaterThan(joins);
	}

	@Test
	void resumeWhenOnAnotherInstanceThenTheOlderSocketIsClosed() {
		try (RawClient older = RawClient.connect(one.port()); RawClient newer = RawClient.connect(other.port())) {
			assertThat(newer.resume(token(older)).get("clientId")).isEqualTo(older.welcome().get("clientId"));
			assertThat(older.awaitCloseCode()).isEqualTo(TAKEN_OVER);
			newer.sync();
		}
	}

	@Test
	void resumeWhenOnBothInstancesAtOnceThenExactlyOneIsLeft() {
		List<RawClient> older = connect(PAIRS, one);
		List<RawClient> first = connect(PAIRS, one);
		List<RawClient> second = connect(PAIRS, other);
		for (int i = 0; i < PAIRS; i++) {
			String resume = "{\"type\":\"resume\",\"id\":1,\"token\":\"" + token(older.get(i)) + "\"}";
			boolean even = i % 2 == 0;
			(even ? first : second).get(i).sendAsync(resume);
			(even ? second : first).get(i).sendAsync(resume);
		}
		Stream.of(first, second)
			.flatMap(List::stream)
			.forEach((client) -> await()
				.until(() -> client.isClosed() || !client.lines(RawClient.type("resumed")).isEmpty()));
		awaitThatBothHaveHeardAll();
		for (int i = 0; i < PAIRS; i++) {
			assertThat(older.get(i).awaitCloseCode()).isEqualTo(TAKEN_OVER);
			RawClient one = first.get(i);
			RawClient another = second.get(i);
			await().until(() -> one.isClosed() || another.isClosed());
			assertThat((one.isClosed() ? one : another).awaitCloseCode()).isEqualTo(TAKEN_OVER);
			(one.isClosed() ? another : one).sync();
		}
		Stream.of(older, first, second).flatMap(List::stream).forEach(RawClient::close);
	}

	private static List<RawClient> connect(int count, InstanceProcess instance) {
		return Stream.generate(() -> RawClient.connect(instance.port())).limit(count).toList();
	}

	private static String token(RawClient client) {
		return client.welcome().get("resume").stringValue();
	}

	/**
	 * All instances hear in the same order what they tell each other: what comes back to
	 * each after a round of both is behind all that was told before.
	 */
	private static void awaitThatBothHaveHeardAll() {
		RawClient here = RawClient.connect(one.port());
		String token = token(here);
		for (InstanceProcess next : List.of(other, one, other)) {
			RawClient there = RawClient.connect(next.port());
			there.resume(token);
			assertThat(here.awaitCloseCode()).isEqualTo(TAKEN_OVER);
			here = there;
		}
		here.close();
	}

}
