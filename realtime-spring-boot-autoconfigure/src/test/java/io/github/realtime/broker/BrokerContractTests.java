package io.github.realtime.broker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.SendOptions;
import io.github.realtime.core.Drafts;
import io.github.realtime.protocol.Line;
import io.github.realtime.testing.Patience;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link Broker} does. The broker under test gets the policies of
 * {@link #policy}, by the first word of a channel's name.
 */
public abstract class BrokerContractTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	protected final Recorder recorder = new Recorder();

	protected Broker broker;

	/**
	 * Creates the broker under test, with nothing in it.
	 * @param policies how much history a channel keeps
	 * @param states how much state a channel may have
	 * @return the broker
	 */
	protected abstract Broker createBroker(Function<String, HistoryPolicy> policies,
			Function<String, StatePolicy> states);

	/**
	 * Lets time pass, as the broker under test measures it.
	 * @param time how much
	 */
	protected abstract void elapse(Duration time);

	@BeforeEach
	void createBroker() {
		this.broker = createBroker(BrokerContractTests::policy, StateContractTests::statePolicy);
		this.broker.listen(this.recorder);
	}

	private static HistoryPolicy policy(String channel) {
		HistoryPolicy plenty = new HistoryPolicy(1000, 1_000_000, Duration.ofHours(1));
		return switch (channel.split("_")[0]) {
			case "few" -> new HistoryPolicy(3, plenty.bytes(), plenty.ttl());
			case "small" -> new HistoryPolicy(plenty.size(), 200, plenty.ttl());
			case "brief" -> new HistoryPolicy(plenty.size(), plenty.bytes(), TTL);
			case "none" -> new HistoryPolicy(0, plenty.bytes(), plenty.ttl());
			default -> plenty;
		};
	}

	@Test
	void publishNumbersFromOneWithoutHoles() {
		Position first = publish("post_1", "1");
		assertThat(first.offset()).isOne();
		assertThat(first.epoch()).hasSizeBetween(1, 64);
		assertThat(publish("post_1", "2")).isEqualTo(new Position(first.epoch(), 2));
		assertThat(publish("post_1", "3")).isEqualTo(new Position(first.epoch(), 3));
		assertThat(publish("post_2", "1").offset()).isOne();
	}

	@Test
	void publishWhenNotWaitedForKeepsTheOrderOfTheCalls() {
		subscribe("post_1");
		List<CompletableFuture<Position>> futures = IntStream.rangeClosed(1, 500)
			.mapToObj((i) -> this.broker.publish(draft("post_1", Integer.toString(i))))
			.toList();
		assertThat(futures.stream().map((future) -> get(future).offset()))
			.containsExactlyElementsOf(LongStream.rangeClosed(1, 500).boxed().toList());
		assertThat(this.recorder.await("post_1", 500)).extracting((publication) -> publication.data().asLong())
			.containsExactlyElementsOf(LongStream.rangeClosed(1, 500).boxed().toList());
	}

	@Test
	void listenerGetsEachPublicationOnceInOrderAsTheProtocolHasIt() {
		subscribe("/note/42");
		Draft withheld = draft("/note/42", "null", SendOptions.defaults().exclude("c1"));
		Position first = publish("/note/42", "{\"text\":\"ünï 🎉\"}");
		Position second = get(this.broker.publish(withheld));
		String one = "{\"type\":\"message\",\"channel\":\"/note/42\",\"offset\":1,\"data\":{\"text\":\"ünï 🎉\"}}";
		String two = "{\"type\":\"message\",\"channel\":\"/note/42\",\"offset\":2,\"data\":null}";
		assertThat(this.recorder.await("/note/42", 2)).containsExactly(
				new Publication("/note/42", first, new Line(one, one.getBytes(StandardCharsets.UTF_8).length), null),
				new Publication("/note/42", second, new Line(two, two.length()), "c1"));
		assertThat(history("/note/42", null, 10).publications()).isEqualTo(this.recorder.of("/note/42"));
	}

	@Test
	void channelWhoseNameIsPartOfAnotherGetsOnlyItsOwn() {
		subscribe("score");
		subscribe("high_score");
		publish("high_score", "\"high\"");
		publish("score", "\"plain\"");
		assertThat(this.recorder.await("score", 1)).extracting((publication) -> publication.data().asString())
			.containsExactly("plain");
		assertThat(this.recorder.await("high_score", 1)).extracting((publication) -> publication.data().asString())
			.containsExactly("high");
		assertThat(history("score", null, 10).publications()).hasSize(1);
	}

	@Test
	void unsubscribeAndSubscribeAgainGoesOnWithoutARepeat() {
		subscribe("post_1");
		publish("post_1", "1");
		this.recorder.await("post_1", 1);
		this.broker.unsubscribe("post_1");
		subscribe("post_1");
		publish("post_1", "2");
		assertThat(this.recorder.await("post_1", 2)).extracting(Publication::offset).containsExactly(1L, 2L);
	}

	@Test
	void historyIsBoundedByCount() {
		Position top = publish("few_1", 5);
		assertThat(offsets(history("few_1", null, 10))).containsExactly(3L, 4L, 5L);
		assertThat(history("few_1", at(top, 1), 10).complete()).isFalse();
		assertThat(offsets(history("few_1", at(top, 2), 10))).containsExactly(3L, 4L, 5L);
	}

	@Test
	void historyIsBoundedByBytes() {
		// Lines of 95 bytes each: two fit into 200
		String data = '"' + "x".repeat(36) + '"';
		Position top = null;
		for (int i = 0; i < 4; i++) {
			top = publish("small_1", data);
		}
		History history = history("small_1", null, 10);
		assertThat(offsets(history)).containsExactly(3L, 4L);
		assertThat(history.publications().get(0).line().bytes()).isEqualTo(95);
		assertThat(history("small_1", at(top, 1), 10).complete()).isFalse();
	}

	@Test
	void historyWhenTheNewestIsLargerThanTheBoundKeepsItAlone() {
		publish("small_1", "1");
		publish("small_1", '"' + "x".repeat(5000) + '"');
		assertThat(offsets(history("small_1", null, 10))).containsExactly(2L);
		publish("small_1", "3");
		assertThat(offsets(history("small_1", null, 10))).containsExactly(3L);
	}

	@Test
	void historyIsBoundedByTime() {
		publish("brief_1", "1");
		elapse(TTL.dividedBy(2));
		Position second = publish("brief_1", "2");
		assertThat(offsets(history("brief_1", null, 10))).containsExactly(1L, 2L);
		elapse(TTL.dividedBy(2));
		assertThat(history("brief_1", at(second, 0), 10).complete()).isFalse();
		assertThat(offsets(history("brief_1", at(second, 1), 10))).containsExactly(2L);
		elapse(TTL);
		History history = history("brief_1", null, 10);
		assertThat(history.publications()).isEmpty();
		assertThat(history.top()).isEqualTo(second);
		assertThat(publish("brief_1", "3")).isEqualTo(at(second, 3));
	}

	@Test
	void historyWhenSizeIsZeroKeepsNothingAndNumbersAllTheSame() {
		subscribe("none_1");
		Position top = publish("none_1", 3);
		assertThat(this.recorder.await("none_1", 3)).extracting(Publication::offset).containsExactly(1L, 2L, 3L);
		assertThat(history("none_1", null, 10)).isEqualTo(new History(top, true, List.of()));
		assertThat(history("none_1", top, 10)).isEqualTo(new History(top, true, List.of()));
		assertThat(history("none_1", at(top, 2), 10)).isEqualTo(new History(top, false, List.of()));
	}

	@Test
	void historySinceTellsWhetherAnythingIsMissing() {
		Position top = publish("post_1", 3);
		assertThat(offsets(history("post_1", at(top, 0), 10))).containsExactly(1L, 2L, 3L);
		assertThat(offsets(history("post_1", at(top, 2), 10))).containsExactly(3L);
		assertThat(history("post_1", at(top, 2), 10).complete()).isTrue();
		assertThat(history("post_1", top, 10)).isEqualTo(new History(top, true, List.of()));
		assertThat(history("post_1", at(top, 4), 10)).as("future").isEqualTo(new History(top, false, List.of()));
		assertThat(history("post_1", new Position("other", 2), 10)).as("other epoch")
			.isEqualTo(new History(top, false, List.of()));
		assertThat(history("post_1", new Position("other", 3), 10)).as("other epoch, same offset")
			.isEqualTo(new History(top, false, List.of()));
	}

	@Test
	void historyOfAnUnusedChannelIsEmptyAtTheStart() {
		History history = history("post_1", null, 10);
		assertThat(history.top().offset()).isZero();
		assertThat(history.publications()).isEmpty();
		assertThat(history("post_1", history.top(), 10)).isEqualTo(new History(history.top(), true, List.of()));
		assertThat(history("post_1", new Position("other", 0), 10).complete()).isFalse();
		assertThat(history("post_1", at(history.top(), 1), 10).complete()).isFalse();
	}

	@Test
	void historyStartReadBeforeTheFirstPublicationLeadsToIt() {
		subscribe("post_1");
		Position start = history("post_1", null, 0).top();
		publish("post_1", "1");
		History history = history("post_1", start, 10);
		assertThat(history.complete()).isTrue();
		assertThat(offsets(history)).containsExactly(1L);
	}

	@Test
	void historyIsReadInPages() {
		Position top = publish("post_1", 10);
		assertThat(offsets(history("post_1", null, 4))).as("the newest").containsExactly(7L, 8L, 9L, 10L);
		History page = history("post_1", at(top, 3), 4);
		assertThat(page.top()).isEqualTo(top);
		assertThat(page.complete()).isTrue();
		assertThat(offsets(page)).as("the oldest after a position").containsExactly(4L, 5L, 6L, 7L);
		assertThat(offsets(history("post_1", at(top, 7), 4))).containsExactly(8L, 9L, 10L);
	}

	@Test
	void historyWhenLimitIsZeroTellsTheTop() {
		Position top = publish("post_1", 3);
		assertThat(history("post_1", null, 0)).isEqualTo(new History(top, true, List.of()));
	}

	@Test
	void publishWhenKeyIsRepeatedTellsTheFirstPositionAndChangesNothing() {
		subscribe("post_1");
		Draft draft = draft("post_1", "1", SendOptions.defaults().idempotencyKey("k"));
		Position first = get(this.broker.publish(draft));
		Position second = publish("post_1", "2");
		assertThat(get(this.broker.publish(draft))).isEqualTo(first);
		assertThat(history("post_1", null, 10).top()).isEqualTo(second);
		Position third = publish("post_1", "3");
		assertThat(third.offset()).isEqualTo(3);
		assertThat(this.recorder.await("post_1", 3)).extracting(Publication::offset).containsExactly(1L, 2L, 3L);
	}

	@Test
	void publishWhenKeyIsOfAnotherChannelPublishes() {
		SendOptions keyed = SendOptions.defaults().idempotencyKey("k");
		assertThat(get(this.broker.publish(draft("post_1", "1", keyed))).offset()).isOne();
		publish("post_2", "1");
		assertThat(get(this.broker.publish(draft("post_2", "2", keyed))).offset()).isEqualTo(2);
		assertThat(get(this.broker.publish(draft("post_2", "3", SendOptions.defaults().idempotencyKey("K")))).offset())
			.isEqualTo(3);
	}

	@Test
	void publishWhenKeyIsOlderThanFiveMinutesPublishesAgain() {
		Draft draft = draft("none_1", "1", SendOptions.defaults().idempotencyKey("k"));
		Position first = get(this.broker.publish(draft));
		elapse(Duration.ofMinutes(5).minus(Patience.ENOUGH));
		assertThat(get(this.broker.publish(draft))).isEqualTo(first);
		elapse(Patience.ENOUGH);
		assertThat(get(this.broker.publish(draft))).isEqualTo(at(first, 2));
	}

	@RepeatedTest(3)
	void publishFromManyThreadsReachesTheListenerInOrderWithoutHoles() {
		long seed = System.nanoTime();
		subscribe("post_1");
		List<CompletableFuture<Void>> threads = IntStream.range(0, 4).mapToObj((thread) -> {
			Random random = new Random(seed + thread);
			return CompletableFuture.runAsync(() -> {
				for (int i = 0; i < 500; i++) {
					CompletableFuture<Position> future = this.broker.publish(draft("post_1", thread + "." + i));
					if (random.nextInt(10) == 0) {
						get(future);
					}
				}
			}, (task) -> new Thread(task).start());
		}).toList();
		threads.forEach(BrokerContractTests::get);
		List<Publication> publications = this.recorder.await("post_1", 2000);
		assertThat(publications).as("seed %d", seed)
			.extracting(Publication::offset)
			.containsExactlyElementsOf(LongStream.rangeClosed(1, 2000).boxed().toList());
		for (int thread = 0; thread < 4; thread++) {
			String prefix = "\"data\":" + thread + ".";
			assertThat(publications.stream().filter((publication) -> publication.line().text().contains(prefix)))
				.as("seed %d, thread %d", seed, thread)
				.extracting((publication) -> publication.line().text().replaceAll(".*\\.|}", ""))
				.containsExactlyElementsOf(IntStream.range(0, 500).mapToObj(Integer::toString).toList());
		}
		assertThat(this.recorder.overlaps).as("calls for one channel at the same time").hasValue(0);
	}

	@Test
	void positionReadAfterSubscribingFitsWithWhatTheListenerGets() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < 50; round++) {
			String channel = "few_" + round;
			AtomicBoolean enough = new AtomicBoolean();
			List<CompletableFuture<Void>> publishers = IntStream.range(0, 2)
				.mapToObj((thread) -> CompletableFuture.runAsync(() -> {
					while (!enough.get()) {
						get(this.broker.publish(draft(channel, "1")));
					}
				}, (task) -> new Thread(task).start()))
				.toList();
			int start = random.nextInt(100);
			Awaitility.await()
				.pollInterval(Duration.ofMillis(1))
				.until(() -> history(channel, null, 0).top().offset() >= start);
			subscribe(channel);
			Position position = history(channel, null, 0).top();
			Awaitility.await()
				.pollInterval(Duration.ofMillis(1))
				.until(() -> this.recorder.lastOffset(channel) > position.offset() + 10);
			enough.set(true);
			publishers.forEach(BrokerContractTests::get);
			long top = history(channel, null, 0).top().offset();
			Awaitility.await().until(() -> this.recorder.lastOffset(channel) == top);
			assertThat(this.recorder.of(channel)
				.stream()
				.map(Publication::offset)
				.filter((offset) -> offset > position.offset())).as("seed %d, round %d", seed, round)
				.containsExactlyElementsOf(LongStream.rangeClosed(position.offset() + 1, top).boxed().toList());
			this.broker.unsubscribe(channel);
		}
	}

	protected final void subscribe(String channel) {
		get(this.broker.subscribe(channel));
		history(channel, null, 0);
	}

	protected final Position publish(String channel, String json) {
		return get(this.broker.publish(draft(channel, json)));
	}

	private Position publish(String channel, int count) {
		Position top = null;
		for (int i = 1; i <= count; i++) {
			top = publish(channel, Integer.toString(i));
		}
		return top;
	}

	protected final History history(String channel, Position since, int limit) {
		return get(this.broker.history(channel, since, limit));
	}

	protected static Draft draft(String channel, String json) {
		return draft(channel, json, SendOptions.defaults());
	}

	protected static Draft draft(String channel, String json, SendOptions options) {
		return Drafts.message(channel, Line.of(json), options);
	}

	protected static <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private static List<Long> offsets(History history) {
		return history.publications().stream().map(Publication::offset).toList();
	}

	private static Position at(Position position, long offset) {
		return new Position(position.epoch(), offset);
	}

	/**
	 * A listener that remembers what it got.
	 */
	protected static final class Recorder implements BrokerListener {

		private final Map<String, List<Publication>> publications = new ConcurrentHashMap<>();

		private final Map<String, AtomicInteger> active = new ConcurrentHashMap<>();

		private final List<PresenceChange> presence = new CopyOnWriteArrayList<>();

		private final AtomicInteger overlaps = new AtomicInteger();

		@Override
		public void onPublication(Publication publication) {
			AtomicInteger calls = this.active.computeIfAbsent(publication.channel(), (channel) -> new AtomicInteger());
			if (calls.incrementAndGet() > 1) {
				this.overlaps.incrementAndGet();
			}
			list(publication.channel()).add(publication);
			calls.decrementAndGet();
		}

		private List<Publication> list(String channel) {
			return this.publications.computeIfAbsent(channel,
					(name) -> Collections.synchronizedList(new ArrayList<>()));
		}

		@Override
		public void onPresence(PresenceChange change) {
			this.presence.add(change);
		}

		List<PresenceChange> presence() {
			return List.copyOf(this.presence);
		}

		public List<Publication> of(String channel) {
			return new ArrayList<>(list(channel));
		}

		long lastOffset(String channel) {
			List<Publication> list = list(channel);
			return list.isEmpty() ? 0 : list.get(list.size() - 1).offset();
		}

		/**
		 * Waits until so many have come, and for a moment whether there are more.
		 * @param channel the channel
		 * @param count how many
		 * @return what came
		 */
		public List<Publication> await(String channel, int count) {
			Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> list(channel).size() >= count);
			Awaitility.await()
				.during(Duration.ofMillis(50))
				.pollInterval(Duration.ofMillis(25))
				.until(() -> list(channel).size() == count);
			return of(channel);
		}

	}

}
