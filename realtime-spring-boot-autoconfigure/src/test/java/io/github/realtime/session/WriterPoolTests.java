package io.github.realtime.session;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
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
		// At once, or after the 10 s for which an idle thread may wait
		await().untilAsserted(() -> assertThat(this.pool.size()).isLessThan(10));
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
