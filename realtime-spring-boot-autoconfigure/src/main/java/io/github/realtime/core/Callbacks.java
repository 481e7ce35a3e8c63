package io.github.realtime.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Where what an application does about an outcome runs: it may block, or send again and
 * wait for that, and all outcomes of a broker come on few threads.
 */
final class Callbacks {

	private static final int THREADS = 4;

	private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

	private static final Executor EXECUTOR = executor();

	private Callbacks() {
	}

	/**
	 * Makes a future for the application out of a broker's own.
	 * @param future the broker's
	 * @return one with the same outcome, on which nothing that is done has an effect on
	 * the broker
	 */
	static <T> CompletableFuture<T> apart(CompletableFuture<T> future) {
		return future.isDone() ? future.copy() : future.thenApplyAsync(Function.identity(), EXECUTOR);
	}

	private static Executor executor() {
		CustomizableThreadFactory threads = new CustomizableThreadFactory("realtime-callbacks-");
		threads.setDaemon(true);
		// What waits is as much as brokers have under way
		ThreadPoolExecutor executor = new ThreadPoolExecutor(THREADS, THREADS, KEEP_ALIVE.toMillis(),
				TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), threads);
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

}
