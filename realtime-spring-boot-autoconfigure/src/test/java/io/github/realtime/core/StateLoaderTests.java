package io.github.realtime.core;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.realtime.broker.DelegatingBroker;
import io.github.realtime.state.StateHandler;
import io.github.realtime.testing.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link StateLoader}.
 */
class StateLoaderTests {

	private final AtomicBoolean claimed = new AtomicBoolean();

	private final DelegatingBroker broker = new DelegatingBroker() {

		@Override
		public CompletableFuture<Boolean> claim(String channel, String task, Duration atMost) {
			return CompletableFuture.completedFuture(!StateLoaderTests.this.claimed.get());
		}

	};

	private final StateHandlers handlers = new StateHandlers(
			List.of(StateHandler.forChannels("*").load((channel, key) -> "loaded")), JsonMapper.builder().build(),
			1024);

	private final StateLoader loader = new StateLoader(this.broker, this.handlers);

	@AfterEach
	void close() {
		this.handlers.close();
		this.broker.close();
	}

	@Test
	void loadWhenNoThreadIsLeftOnceItsTurnHasComeThenFailsAndMayBeTriedAgain() throws Exception {
		this.claimed.set(true);
		CompletableFuture<Void> load = this.loader.load("post_1", List.of("k"));
		CountDownLatch full = new CountDownLatch(1);
		fill(this.handlers.threads(), full);
		fill(this.handlers.loaders(), full);
		this.claimed.set(false);
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> get(load))
			.withCauseInstanceOf(RejectedExecutionException.class);
		full.countDown();
		await().ignoreExceptions().until(() -> get(this.loader.load("post_1", List.of("k"))) == null);
		assertThat(get(this.broker.value("post_1", "k")).value().text()).isEqualTo("\"loaded\"");
	}

	private static <T> T get(CompletableFuture<T> future) throws Exception {
		return future.get(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS);
	}

	private static void fill(Executor threads, CountDownLatch full) {
		try {
			while (true) {
				threads.execute(() -> {
					try {
						full.await();
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				});
			}
		}
		catch (RejectedExecutionException ex) {
			// It is
		}
	}

}
