package io.github.realtime.broker.redis;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

import io.github.realtime.support.DaemonThreads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The executors of one broker. Workers deliver publications and complete futures, a timer
 * runs what is due, one thread delivers what has an order across channels, and connectors
 * wait for connections to be made.
 */
final class RedisExecutors {

	private static final Log logger = LogFactory.getLog(RedisLog.CATEGORY);

	private final ThreadPoolExecutor workers;

	private final ThreadPoolExecutor connectors;

	private final ScheduledExecutorService timer = DaemonThreads.timer("realtime-redis-timer-");

	private final ScheduledExecutorService inOrder = DaemonThreads.timer("realtime-redis-teller-");

	RedisExecutors() {
		int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
		// At most one task for each channel and each command under way waits here
		this.workers = new ThreadPoolExecutor(processors, processors, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				// Once it is shut down the driver's threads run tasks, so that every
				// future completes
				DaemonThreads.factory("realtime-redis-"), (task, executor) -> task.run());
		// At most one for each connection, of which each is made by one task at a time
		this.connectors = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
				DaemonThreads.factory("realtime-redis-connect-"), new DiscardPolicy());
	}

	Executor workers() {
		return this.workers;
	}

	Executor connectors() {
		return this.connectors;
	}

	/**
	 * Runs tasks one after the other, for what has an order across channels.
	 * @param task the task
	 */
	void inOrder(Runnable task) {
		this.inOrder.execute(logged(task));
	}

	void later(long millis, Runnable task) {
		this.timer.schedule(logged(task), millis, TimeUnit.MILLISECONDS);
	}

	void every(long millis, Runnable task) {
		this.timer.scheduleWithFixedDelay(logged(task), millis, millis, TimeUnit.MILLISECONDS);
	}

	private static Runnable logged(Runnable task) {
		return () -> {
			try {
				task.run();
			}
			catch (RuntimeException | Error ex) {
				// An exception would cancel the schedule
				logger.error("Looking after the connections to Redis failed", ex);
			}
		};
	}

	void close() {
		this.timer.shutdownNow();
		this.inOrder.shutdownNow();
		this.connectors.shutdownNow();
		this.workers.shutdown();
	}

}
