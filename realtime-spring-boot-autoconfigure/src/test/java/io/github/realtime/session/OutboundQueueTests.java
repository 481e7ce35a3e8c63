package io.github.realtime.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Line;
import io.github.realtime.testing.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link OutboundQueue}.
 */
class OutboundQueueTests {

	private static final int LIMIT = 100_000;

	private static final long NOW = 1_000_000;

	private final FakeConnection connection = new FakeConnection();

	private final List<Runnable> tasks = new ArrayList<>();

	private final AtomicInteger broken = new AtomicInteger();

	private final ExecutorService threads = Executors.newFixedThreadPool(4);

	@AfterEach
	void stop() {
		this.connection.resumeReading();
		this.threads.shutdownNow();
	}

	@Test
	void offerWhenLinesWaitThenJoinsThemUpTo8KiB() {
		OutboundQueue queue = queue(this.tasks::add);
		String text = "x".repeat(3000);
		for (int i = 0; i < 5; i++) {
			queue.offer(Line.of(i + text));
		}
		runTasks();
		assertThat(this.connection.frames()).extracting((frame) -> frame.split("\n").length).containsExactly(2, 2, 1);
		assertThat(this.connection.lines()).extracting((line) -> line.charAt(0))
			.containsExactly('0', '1', '2', '3', '4');
	}

	@Test
	void offerWhenLinesFillAFrameExactlyThenJoinsThem() {
		OutboundQueue queue = queue(this.tasks::add);
		queue.offer(Line.of("a".repeat(4095)));
		queue.offer(Line.of("b".repeat(4096)));
		queue.offer(Line.of("c"));
		runTasks();
		assertThat(this.connection.frames()).extracting(String::length).containsExactly(8192, 1);
	}

	@Test
	void offerWhenLineIsLongThenItGoesAlone() {
		OutboundQueue queue = queue(this.tasks::add);
		queue.offer(Line.of("a"));
		queue.offer(Line.of("b".repeat(9000)));
		queue.offer(Line.of("c"));
		runTasks();
		assertThat(this.connection.frames()).extracting(String::length).containsExactly(1, 9000, 1);
	}

	@Test
	void offerWhenFullThenRefusesAndEmptyQueueTakesAnyLine() {
		OutboundQueue queue = queue(this.tasks::add);
		assertThat(queue.offer(Line.of("x".repeat(10 * LIMIT)))).isTrue();
		assertThat(queue.offer(Line.of("y"))).isFalse();
		runTasks();
		assertThat(queue.offer(Line.of("z".repeat(LIMIT - 1)))).isTrue();
		assertThat(queue.offer(Line.of("z"))).isTrue();
		assertThat(queue.offer(Line.of("z"))).isFalse();
	}

	@Test
	void addGrantedWhenLinesWaitThenIsTakenAndLeavesTheOthersTheirRoom() {
		OutboundQueue queue = queue(this.tasks::add);
		queue.offer(Line.of("x"));
		queue.addGranted(Line.of("y".repeat(10 * LIMIT)));
		assertThat(queue.offer(Line.of("z".repeat(LIMIT - 1)))).isTrue();
		assertThat(queue.offer(Line.of("z"))).isFalse();
		queue.addGranted(Line.of("y"));
		runTasks();
		assertThat(this.connection.lines()).extracting((line) -> line.charAt(0)).containsExactly('x', 'y', 'z', 'y');
		assertThat(queue.offer(Line.of("z".repeat(LIMIT - 1)))).isTrue();
		assertThat(queue.offer(Line.of("zz"))).as("as before").isFalse();
	}

	@Test
	void roomWhenLittleWaitsThenThereForALineOfAnySize() {
		OutboundQueue queue = queue(this.tasks::add);
		queue.offer(Line.of("x"));
		Line large = Line.of("y".repeat(10 * LIMIT));
		queue.room(large).thenRun(() -> queue.addGranted(large));
		assertThat(this.tasks).hasSize(1);
		this.tasks.remove(0).run();
		assertThat(this.connection.lines()).containsExactly("x", large.text());
	}

	@Test
	void flushWhenLineIsVeryLongThenWritesPartsThatKeepSurrogatesTogether() {
		OutboundQueue queue = queue(this.tasks::add);
		String text = "x" + "😀".repeat(100_000);
		queue.offer(Line.of(text));
		runTasks();
		assertThat(this.connection.frames()).containsExactly(text);
		assertThat(this.connection.parts()).isEqualTo(4);
	}

	@Test
	void closeWhenLinesWaitThenWritesThemFirst() {
		OutboundQueue queue = queue(this.tasks::add);
		queue.offer(Line.of("last words"));
		queue.close(CloseCode.RESTART, "over", false);
		queue.offer(Line.of("too late"));
		runTasks();
		assertThat(this.connection.lines()).containsExactly("last words");
		assertThat(this.connection.closeCode()).isEqualTo(CloseCode.RESTART);
	}

	@Test
	void closeWhenDiscardingThenWritesNothingMore() {
		OutboundQueue queue = queue(this.tasks::add);
		queue.offer(Line.of("never"));
		queue.close(CloseCode.OUTBOUND_QUEUE_FULL, "over", true);
		runTasks();
		assertThat(this.connection.frames()).isEmpty();
		assertThat(this.connection.closeCode()).isEqualTo(CloseCode.OUTBOUND_QUEUE_FULL);
	}

	@Test
	void onDrainedWhenMuchWaitsThenRunsOnceMostIsWritten() {
		OutboundQueue queue = queue(this.tasks::add);
		for (int i = 0; i < 10; i++) {
			queue.offer(Line.of("x".repeat(LIMIT / 10)));
		}
		List<Integer> written = new ArrayList<>();
		queue.onDrained(() -> written.add(this.connection.frames().size()));
		runTasks();
		assertThat(written).containsExactly(8);
		assertThat(this.connection.frames()).hasSize(10);
	}

	@Test
	void onDrainedWhenNothingWaitsThenRuns() {
		OutboundQueue queue = queue(this.tasks::add);
		AtomicInteger runs = new AtomicInteger();
		queue.onDrained(runs::incrementAndGet);
		runTasks();
		assertThat(runs).hasValue(1);
	}

	@Test
	void flushWhenPeerIsGoneThenSaysSoOnceAndForgetsWhatWaits() {
		OutboundQueue queue = queue(this.tasks::add);
		this.connection.goAway();
		queue.offer(Line.of("x"));
		queue.offer(Line.of("y".repeat(9000)));
		runTasks();
		assertThat(this.broken).hasValue(1);
		assertThat(queue.offer(Line.of("z".repeat(2 * LIMIT)))).isTrue();
		assertThat(queue.offer(Line.of("z"))).isTrue();
		runTasks();
		assertThat(this.broken).hasValue(1);
	}

	@Test
	void isStuckWhenWriteBlocksThenTellsAfterTheTimeout() {
		OutboundQueue queue = queue(this.threads);
		this.connection.stopReading();
		Duration timeout = Duration.ofSeconds(10);
		assertThat(queue.isStuck(after(Duration.ofHours(1)), timeout)).isFalse();
		queue.offer(Line.of("x"));
		await().until(this.connection::isBlocked);
		assertThat(queue.isStuck(after(timeout), timeout)).isFalse();
		assertThat(queue.isStuck(after(timeout) + 1, timeout)).isTrue();
		queue.close(CloseCode.OUTBOUND_QUEUE_FULL, "over", true);
		assertThat(queue.isStuck(after(Duration.ofSeconds(1)), timeout)).isFalse();
		assertThat(queue.isStuck(after(Duration.ofSeconds(1)) + 1, timeout))
			.describedAs("less patience once it is to be closed")
			.isTrue();
		this.connection.resumeReading();
		await().until(() -> this.connection.closeCode() != null);
		await().until(() -> !queue.isStuck(after(Duration.ofHours(1)), timeout));
	}

	@Test
	void offerWhenManyThreadsThenEachLineIsWrittenOnceInTheOrderOfItsThread() throws InterruptedException {
		long seed = new Random().nextLong();
		System.out.println("seed " + seed);
		OutboundQueue queue = new OutboundQueue(this.connection, Integer.MAX_VALUE, this.threads, System::nanoTime,
				() -> {
				});
		int writers = 4;
		int count = 5000;
		CountDownLatch done = new CountDownLatch(writers);
		for (int w = 0; w < writers; w++) {
			int writer = w;
			Thread thread = new Thread(() -> {
				Random random = new Random(seed + writer);
				for (int i = 0; i < count; i++) {
					queue.offer(Line.of(writer + ":" + i + ":" + "x".repeat(random.nextInt(200))));
				}
				done.countDown();
			});
			thread.start();
		}
		assertThat(done.await(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS)).isTrue();
		await().untilAsserted(() -> assertThat(this.connection.lines()).hasSize(writers * count));
		int[] next = new int[writers];
		for (String line : this.connection.lines()) {
			String[] fields = line.split(":");
			int writer = Integer.parseInt(fields[0]);
			assertThat(Integer.parseInt(fields[1])).isEqualTo(next[writer]++);
		}
	}

	private OutboundQueue queue(Executor executor) {
		return new OutboundQueue(this.connection, LIMIT, executor, () -> NOW, this.broken::incrementAndGet);
	}

	private static long after(Duration time) {
		return NOW + time.toNanos();
	}

	private void runTasks() {
		while (!this.tasks.isEmpty()) {
			this.tasks.remove(0).run();
		}
	}

}
