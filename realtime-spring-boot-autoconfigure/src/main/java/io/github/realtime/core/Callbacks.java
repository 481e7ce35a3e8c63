package io.github.realtime.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

import io.github.realtime.support.DaemonThreads;

/**
 * Where what an application does about an outcome runs: it may block, or send again and
 * wait for that, and all outcomes of a broker come on few threads.
 */
final class Callbacks {

	private static final int THREADS = 4;

	/** What waits here is no more than brokers have under way. */
	private static final Executor EXECUTOR = DaemonThreads.pool("realtime-callbacks-", THREADS, Integer.MAX_VALUE);

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

}
