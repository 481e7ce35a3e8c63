package io.github.realtime.broker.memory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.SendOptions;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.History;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.IdempotencyRecord;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.broker.tck.BrokerTck;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MemoryBroker}.
 */
class MemoryBrokerTests extends BrokerTck {

	private static final Duration DAY = Duration.ofHours(24);

	private final MovableClock clock = new MovableClock();

	@AutoClose
	private MemoryBroker memory;

	@Override
	protected Broker createBroker(Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		this.memory = new MemoryBroker(policies, states, this.clock);
		return this.memory;
	}

	@Override
	protected void elapse(Duration time) {
		this.clock.advance(time);
	}

	@Test
	void answersAreForgottenOnceTheyAreOldOrTooMuch() {
		this.memory.beginAnswer("c1", "under way");
		for (int i = 0; i < 40; i++) {
			this.memory.beginAnswer("c1", "large" + i);
			this.memory.keepAnswer("c1", "large" + i, "x".repeat(1024 * 1024));
		}
		assertThat(this.memory.answers()).isBetween(30, 34);
		assertThat(get(this.memory.beginAnswer("c1", "large0"))).isEqualTo(IdempotencyRecord.NONE);
		assertThat(get(this.memory.beginAnswer("c1", "large39")).answer()).hasSize(1024 * 1024);
		this.memory.abandonAnswer("c1", "large0");
		this.clock.advance(Duration.ofMinutes(5));
		this.memory.sweep();
		assertThat(this.memory.answers()).isOne();
		assertThat(get(this.memory.beginAnswer("c1", "under way"))).isEqualTo(IdempotencyRecord.AWAITED);
	}

	@Test
	void channelsThatWereNeverPublishedToNeedNoMemory() {
		Position start = history("post_0", null, 0).top();
		for (int i = 0; i < 100; i++) {
			history("post_" + i, null, 10);
			subscribe("post_" + i);
		}
		assertThat(this.memory.size()).as("while listened to").isEqualTo(100);
		for (int i = 0; i < 100; i++) {
			this.memory.unsubscribe("post_" + i);
		}
		assertThat(this.memory.size()).isZero();
		assertThat(history("post_0", null, 0).top()).as("the numbering goes on").isEqualTo(start);
	}

	@Test
	void numberingWhenUnusedIsKeptForADayThenANewEpochBegins() {
		Position first = publish("post_1", "1");
		elapse(DAY.minusSeconds(1));
		this.memory.sweep();
		assertThat(history("post_1", null, 10)).isEqualTo(new History(first, true, List.of()));
		Position second = publish("post_1", "2");
		assertThat(second).isEqualTo(new Position(first.epoch(), 2));
		elapse(DAY);
		this.memory.sweep();
		assertThat(this.memory.size()).isZero();
		assertThat(history("post_1", second, 10).complete()).isFalse();
		Position next = publish("post_1", "3");
		assertThat(next.offset()).isOne();
		assertThat(next.epoch()).isNotEqualTo(first.epoch());
	}

	@Test
	void numberingWhenListenedToIsKeptForGood() {
		subscribe("post_1");
		Position first = publish("post_1", "1");
		elapse(DAY.multipliedBy(30));
		this.memory.sweep();
		assertThat(publish("post_1", "2")).isEqualTo(new Position(first.epoch(), 2));
		this.memory.unsubscribe("post_1");
		this.memory.sweep();
		assertThat(this.memory.size()).as("within a day of the last publication").isOne();
		elapse(DAY);
		this.memory.sweep();
		assertThat(this.memory.size()).isZero();
	}

	@Test
	void forgettingOneChannelLeavesTheOthersAlone() {
		publish("post_1", "1");
		elapse(DAY);
		Position other = publish("post_2", "1");
		this.memory.sweep();
		assertThat(this.memory.size()).isOne();
		assertThat(publish("post_2", "2")).isEqualTo(new Position(other.epoch(), 2));
	}

	@Test
	void offsetIsNeverGivenOutTwiceWithinAnEpoch() {
		long seed = System.nanoTime();
		Set<String> given = ConcurrentHashMap.newKeySet();
		Set<String> twice = ConcurrentHashMap.newKeySet();
		Set<String> epochs = ConcurrentHashMap.newKeySet();
		List<CompletableFuture<Void>> threads = IntStream.range(0, 4).mapToObj((thread) -> {
			Random random = new Random(seed + thread);
			return CompletableFuture.runAsync(() -> {
				for (int i = 0; i < 20_000; i++) {
					String channel = "none_" + random.nextInt(3);
					switch (random.nextInt(8)) {
						case 0 -> this.memory.subscribe(channel);
						case 1 -> this.memory.unsubscribe(channel);
						case 2 -> elapse(DAY.dividedBy(2));
						case 3 -> this.memory.sweep();
						default -> {
							Position position = publish(channel, "1");
							epochs.add(position.epoch());
							if (!given.add(channel + position)) {
								twice.add(channel + position);
							}
						}
					}
				}
			}, (task) -> new Thread(task).start());
		}).toList();
		threads.forEach((thread) -> get(thread));
		assertThat(twice).as("seed %d", seed).isEmpty();
		assertThat(epochs).as("seed %d", seed).hasSizeGreaterThan(10);
	}

	@Test
	void publishWhenItReturnsHasReachedTheListener() {
		publish("post_1", "1");
		assertThat(this.recorder.of("post_1")).hasSize(1);
	}

	@Test
	@Timeout(20)
	void publishWhenCalledByTheListenerIsDeliveredAfterItsCause() {
		List<String> heard = new ArrayList<>();
		this.memory.listen((publication) -> {
			heard.add(publication.channel() + " begin " + publication.offset());
			if (publication.offset() == 1 && publication.channel().equals("post_1")) {
				assertThat(publish("post_1", "2").offset()).isEqualTo(2);
				assertThat(publish("post_2", "3").offset()).isEqualTo(1);
			}
			heard.add(publication.channel() + " end " + publication.offset());
		});
		publish("post_1", "1");
		assertThat(heard).containsExactly("post_1 begin 1", "post_1 end 1", "post_1 begin 2", "post_1 end 2",
				"post_2 begin 1", "post_2 end 1");
	}

	@Test
	@Timeout(20)
	void publishWhenTwoListenerCallsPublishToEachOthersChannelDoesNotDeadlock() {
		CyclicBarrier bothInside = new CyclicBarrier(2);
		this.memory.listen((publication) -> {
			this.recorder.onPublication(publication);
			if (publication.offset() == 1) {
				try {
					bothInside.await();
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
				publish(publication.channel().equals("post_1") ? "post_2" : "post_1", "2");
			}
		});
		CompletableFuture<Position> other = CompletableFuture.supplyAsync(() -> publish("post_2", "1"),
				(task) -> daemon(task).start());
		CompletableFuture<Position> one = CompletableFuture.supplyAsync(() -> publish("post_1", "1"),
				(task) -> daemon(task).start());
		get(one);
		get(other);
		assertThat(this.recorder.of("post_1")).extracting(Publication::offset).containsExactly(1L, 2L);
		assertThat(this.recorder.of("post_2")).extracting(Publication::offset).containsExactly(1L, 2L);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void publishWhenTheListenerThrowsSucceedsAndTheNextIsDelivered(CapturedOutput output) {
		this.memory.listen((publication) -> {
			this.recorder.onPublication(publication);
			if (publication.offset() == 1) {
				this.memory.publish(draft("post_1", "2", SendOptions.defaults()));
				throw new IllegalStateException("a defect");
			}
		});
		assertThat(publish("post_1", "1").offset()).isOne();
		assertThat(this.recorder.of("post_1")).extracting(Publication::offset).containsExactly(1L, 2L);
		assertThat(publish("post_1", "3").offset()).isEqualTo(3);
		assertThat(this.recorder.of("post_1")).hasSize(3);
		assertThat(output).containsOnlyOnce("ERROR").contains("post_1").contains("a defect");
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		return thread;
	}

	private static final class MovableClock extends Clock {

		private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);

		private void advance(Duration time) {
			this.millis.addAndGet(time.toMillis());
		}

		@Override
		public long millis() {
			return this.millis.get();
		}

		@Override
		public Instant instant() {
			return Instant.ofEpochMilli(millis());
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
