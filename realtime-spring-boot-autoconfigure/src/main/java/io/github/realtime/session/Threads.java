package io.github.realtime.session;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;

import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of one hub: one that looks after the clients, and those that write to them.
 * They are no beans, since an executor or scheduler bean makes Boot's own back off.
 */
final class Threads {

	/** From this version on a virtual thread in a blocking write holds no carrier. */
	private static final int UNPINNED_VIRTUAL_THREADS = 24;

	private final ScheduledExecutorService timer;

	private final Executor writers;

	Threads() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("realtime-timer-");
		factory.setDaemon(true);
		this.timer = new ScheduledThreadPoolExecutor(1, factory, new DiscardPolicy());
		boolean virtual = Runtime.version().feature() >= UNPINNED_VIRTUAL_THREADS;
		this.writers = virtual ? new VirtualThreadTaskExecutor("realtime-writer-") : new WriterPool(this.timer);
	}

	ScheduledExecutorService timer() {
		return this.timer;
	}

	Executor writers() {
		return this.writers;
	}

	void shutdown() {
		if (this.writers instanceof WriterPool pool) {
			pool.shutdown();
		}
		this.timer.shutdownNow();
	}

}
