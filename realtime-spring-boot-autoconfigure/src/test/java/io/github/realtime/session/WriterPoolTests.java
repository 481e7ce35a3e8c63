package io.github.realtime.session;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.github.realtime.testing.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WriterPool}.
 */
class WriterPoolTests {

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	private final WriterPool pool = new WriterPool(this.timer);

	@AfterEach
	void stop() {
		this.pool.shutdown();
		this.timer.shutdownNow();
	}

	@Test
	void executeWhenManyTasksAreStuckThenOthersRunAndThreadsAreGivenBack() throws InterruptedException {
		CountDownLatch release = new CountDownLatch(1);
		AtomicInteger stuck = new AtomicInteger();
		for (int i = 0; i < 50; i++) {
			this.pool.execute(() -> {
				stuck.incrementAndGet();
				awaitUninterruptibly(release);
			});
		}
		await().untilAsserted(() -> assertThat(stuck).hasValue(50));
		CountDownLatch others = new CountDownLatch(1000);
		for (int i = 0; i < 1000; i++) {
			this.pool.execute(others::countDown);
		}
		assertThat(others.await(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS)).isTrue();
		release.countDown();
		await().untilAsserted(() -> assertThat(this.pool.size()).isZero());
	}

	@Test
	void executeWhenTasksComeFromManyThreadsAndSomeFailOrWaitThenEachRunsOnce() throws InterruptedException {
		long seed = new Random().nextLong();
		System.out.println("seed " + seed);
		AtomicIntegerArray runs = new AtomicIntegerArray(8 * 5_000);
		Thread[] threads = new Thread[8];
		for (int t = 0; t < threads.length; t++) {
			int first = t * 5_000;
			Random random = new Random(seed + t);
			threads[t] = new Thread(() -> {
				for (int i = first; i < first + 5_000; i++) {
					int task = i;
					int what = random.nextInt(1_000);
					this.pool.execute(() -> run(runs, task, what));
					if (what % 50 == 0) {
						LockSupport.parkNanos(random.nextInt(200_000));
					}
				}
			});
			threads[t].start();
		}
		for (Thread thread : threads) {
			thread.join();
		}
		await().untilAsserted(() -> assertThat(IntStream.range(0, runs.length())).allMatch((i) -> runs.get(i) == 1));
		await().untilAsserted(() -> assertThat(this.pool.size()).isZero());
	}

	private static void run(AtomicIntegerArray runs, int task, int what) {
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		runs.incrementAndGet(task);
		if (what == 1) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(60));
		}
		else if (what == 2) {
			throw new SilentException();
		}
		else if (what < 10) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void executeWhenWritersAreAboutToEndThenNoTaskIsLeftBehind() {
		// Else it would find what was left behind
		ScheduledThreadPoolExecutor idle = new ScheduledThreadPoolExecutor(1, new DiscardPolicy());
		idle.shutdown();
		WriterPool pool = new WriterPool(idle);
		AtomicInteger ran = new AtomicInteger();
		long seed = new Random().nextLong();
		System.out.println("seed " + seed);
		Random random = new Random(seed);
		for (int i = 1; i <= 200_000; i++) {
			if (i % 3 == 0) {
				spin(random.nextInt(20_000));
			}
			pool.execute(ran::incrementAndGet);
			if (i % 3 == 0) {
				int all = i;
				long deadline = System.nanoTime() + Patience.ENOUGH.toNanos();
				while (ran.get() < all) {
					if (System.nanoTime() - deadline > 0) {
						fail("Of " + all + " tasks " + ran + " have run");
					}
					Thread.onSpinWait();
				}
			}
		}
		pool.shutdown();
	}

	@Test
	void executeWhenItIsShutDownThenNothingIsKept() {
		this.pool.shutdown();
		this.pool.execute(() -> {
		});
		assertThat(this.pool.size()).isZero();
	}

	private static void spin(long nanos) {
		long end = System.nanoTime() + nanos;
		while (System.nanoTime() - end < 0) {
			Thread.onSpinWait();
		}
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Dies with its thread, and is not printed.
	 */
	private static final class SilentException extends RuntimeException {

		private SilentException() {
			super("on purpose", null, false, false);
			Thread.currentThread().setUncaughtExceptionHandler((thread, ex) -> {
			});
		}

	}

}
