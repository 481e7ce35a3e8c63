package io.github.realtime.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

import io.github.realtime.support.DaemonThreads;

/**
 * Runs application callbacks off the broker's threads. A callback may block, or send
 * again and wait for that, and a broker has few threads for all of its outcomes.
 */
final class CallbackExecutor {

	private static final int THREADS = 4;

	/** The queue needs no bound: it holds at most what brokers have under way. */
	private static final Executor EXECUTOR = DaemonThreads.pool("realtime-callbacks-", THREADS, Integer.MAX_VALUE);

	private CallbackExecutor() {
	}

	/**
	 * Makes a future for the application out of one of the broker's.
	 * @param future the broker's future
	 * @return a future with the same outcome; whatever is done with it does not affect
	 * the broker
	 */
	static <T> CompletableFuture<T> apart(CompletableFuture<T> future) {
		return future.isDone() ? future.copy() : future.thenApplyAsync(Function.identity(), EXECUTOR);
	}

}
