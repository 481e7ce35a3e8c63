package io.github.realtime.support;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Pools of daemon threads. They are no beans, since an executor or a scheduler bean makes
 * Boot's own back off.
 */
public final class DaemonThreads {

	private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

	private DaemonThreads() {
	}

	/**
	 * Returns a factory of daemon threads.
	 * @param prefix what their names begin with
	 * @return the factory
	 */
	public static ThreadFactory factory(String prefix) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
		factory.setDaemon(true);
		return factory;
	}

	/**
	 * Returns a pool whose threads end when they have had nothing to do for 10 s.
	 * @param prefix what the threads' names begin with
	 * @param threads the most threads that it has
	 * @param waiting the most tasks that wait for a thread; one more is refused
	 * @return the pool
	 */
	public static ThreadPoolExecutor pool(String prefix, int threads, int waiting) {
		ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS,
				new LinkedBlockingQueue<>(waiting), factory(prefix));
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	/**
	 * Returns a timer of one thread, which ignores tasks once it is shut down.
	 * @param prefix what the thread's name begins with
	 * @return the timer
	 */
	public static ScheduledThreadPoolExecutor timer(String prefix) {
		return new ScheduledThreadPoolExecutor(1, factory(prefix), new DiscardPolicy());
	}

}
