package io.github.realtime.broker.redis;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of one broker: those on which publications are handed on and futures
 * complete, one that keeps time, one that tells what other instances tell, and those that
 * wait for a connection to be made.
 */
final class RedisExecutors {

	private static final Log logger = LogFactory.getLog(RedisBroker.class);

	private final ThreadPoolExecutor workers;

	private final ThreadPoolExecutor connectors;

	private final ScheduledThreadPoolExecutor timer;

	private final ScheduledThreadPoolExecutor teller;

	RedisExecutors() {
		int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
		// At most one task for each channel and each command under way waits here
		this.workers = new ThreadPoolExecutor(processors, processors, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				// In the end the driver's threads do it, so that no future stays open
				daemons("realtime-redis-"), (task, executor) -> task.run());
		// At most one for each link, which makes one connection at a time
		this.connectors = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
				daemons("realtime-redis-connect-"), new DiscardPolicy());
		this.timer = new ScheduledThreadPoolExecutor(1, daemons("realtime-redis-timer-"), new DiscardPolicy());
		this.timer.setRemoveOnCancelPolicy(true);
		this.teller = new ScheduledThreadPoolExecutor(1, daemons("realtime-redis-teller-"), new DiscardPolicy());
	}

	Executor workers() {
		return this.workers;
	}

	Executor connectors() {
		return this.connectors;
	}

	/**
	 * Hands on what has an order of its own across channels.
	 * @param task hands it on
	 */
	void inOrder(Runnable task) {
		this.teller.execute(logged(task));
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
				logger.error("Looking after the connections to Redis failed", ex);
			}
		};
	}

	void close() {
		this.timer.shutdownNow();
		this.teller.shutdownNow();
		this.connectors.shutdownNow();
		this.workers.shutdown();
	}

	private static CustomizableThreadFactory daemons(String prefix) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
		factory.setDaemon(true);
		return factory;
	}

}
