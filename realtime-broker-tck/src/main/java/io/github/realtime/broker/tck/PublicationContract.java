package io.github.realtime.broker.tck;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.SendOptions;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.Draft;
import io.github.realtime.broker.History;
import io.github.realtime.protocol.Line;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link Broker} promises of publications and of the history.
 * <ul>
 * <li>The publications of a channel are numbered 1, 2, 3 within an epoch, without a hole
 * and without a repeat. A client finds out by the numbers alone whether it has missed
 * something; a hole would make it reload for nothing, and a repeated number would hide a
 * loss.</li>
 * <li>What one thread publishes takes effect in the order of its calls, even if it does
 * not wait for their futures. Applications send from request threads and rely on it.</li>
 * <li>The listener gets each publication once, in order, and one at a time for each
 * channel. It writes to sockets in that order, without sorting anything.</li>
 * <li>Once {@link Broker#subscribe} has completed, every publication after a position
 * that is read then reaches the listener. Between the history that a client has read and
 * the first live publication, nothing is lost.</li>
 * <li>The history says itself whether it is complete. If a broker has to guess, it says
 * no: a client that reloads for nothing is slow, but one that is told that it has
 * everything stays wrong for good.</li>
 * <li>A new epoch begins when numbers might be given out again, after data was lost for
 * example. A position of another epoch is never complete.</li>
 * <li>A draft with an idempotency key that the channel has seen within 5 minutes changes
 * nothing and gets the first position: senders try again when they do not know the
 * outcome.</li>
 * </ul>
 *
 * @since 0.1.0
 */
public abstract class PublicationContract extends BrokerContract {

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
		Position top = publish("small_1", data);
		for (int i = 1; i < 4; i++) {
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
		elapse(HISTORY_TTL.dividedBy(2));
		Position second = publish("brief_1", "2");
		assertThat(offsets(history("brief_1", null, 10))).containsExactly(1L, 2L);
		elapse(HISTORY_TTL.dividedBy(2));
		assertThat(history("brief_1", at(second, 0), 10).complete()).isFalse();
		assertThat(offsets(history("brief_1", at(second, 1), 10))).containsExactly(2L);
		elapse(HISTORY_TTL);
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
		elapse(Duration.ofMinutes(5).minus(PATIENCE));
		assertThat(get(this.broker.publish(draft))).isEqualTo(first);
		elapse(PATIENCE);
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
		threads.forEach(BrokerContract::get);
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
		assertThat(this.recorder.overlaps()).as("calls for one channel at the same time").hasValue(0);
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
			await().pollInterval(Duration.ofMillis(1)).until(() -> history(channel, null, 0).top().offset() >= start);
			subscribe(channel);
			Position position = history(channel, null, 0).top();
			await().pollInterval(Duration.ofMillis(1))
				.until(() -> this.recorder.lastOffset(channel) > position.offset() + 10);
			enough.set(true);
			publishers.forEach(BrokerContract::get);
			long top = history(channel, null, 0).top().offset();
			await().until(() -> this.recorder.lastOffset(channel) == top);
			assertThat(this.recorder.of(channel)
				.stream()
				.map(Publication::offset)
				.filter((offset) -> offset > position.offset())).as("seed %d, round %d", seed, round)
				.containsExactlyElementsOf(LongStream.rangeClosed(position.offset() + 1, top).boxed().toList());
			this.broker.unsubscribe(channel);
		}
	}

	private Position publish(String channel, int count) {
		Position top = publish(channel, "1");
		for (int i = 2; i <= count; i++) {
			top = publish(channel, Integer.toString(i));
		}
		return top;
	}

	private static List<Long> offsets(History history) {
		return history.publications().stream().map(Publication::offset).toList();
	}

	private static Position at(Position position, long offset) {
		return new Position(position.epoch(), offset);
	}

}
