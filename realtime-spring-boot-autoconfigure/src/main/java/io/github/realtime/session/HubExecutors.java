package io.github.realtime.session;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of one hub: one that looks after the clients, those that write to them and
 * one that looks after these, and a few on which the application is told of them, with at
 * most one task waiting for each client. They are no beans, since an executor or
 * scheduler bean makes Boot's own back off.
 */
final class HubExecutors {

	/** From this version on a virtual thread in a blocking write holds no carrier. */
	private static final int UNPINNED_VIRTUAL_THREADS = 24;

	private static final int EVENT_THREADS = 4;

	private final ScheduledExecutorService timer;

	/** By itself, since writes wait for it when one is stuck. */
	private final ScheduledExecutorService writerTimer;

	private final Executor writers;

	private final ThreadPoolExecutor events;

	HubExecutors() {
		this.timer = timer("realtime-timer-");
		this.writerTimer = timer("realtime-writer-timer-");
		boolean virtual = Runtime.version().feature() >= UNPINNED_VIRTUAL_THREADS;
		this.writers = virtual ? new VirtualThreadTaskExecutor("realtime-writer-") : new WriterPool(this.writerTimer);
		this.events = new ThreadPoolExecutor(EVENT_THREADS, EVENT_THREADS, 10, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), daemons("realtime-events-"), new DiscardPolicy());
		this.events.allowCoreThreadTimeOut(true);
	}

	Executor events() {
		return this.events;
	}

	ScheduledExecutorService timer() {
		return this.timer;
	}

	Executor writers() {
		return this.writers;
	}

	void shutdown(Duration patience) throws InterruptedException {
		if (this.writers instanceof WriterPool pool) {
			pool.shutdown();
		}
		this.writerTimer.shutdownNow();
		this.timer.shutdownNow();
		this.events.shutdown();
		if (!this.events.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
			this.events.shutdownNow();
		}
	}

	private static ScheduledExecutorService timer(String prefix) {
		return new ScheduledThreadPoolExecutor(1, daemons(prefix), new DiscardPolicy());
	}

	private static CustomizableThreadFactory daemons(String prefix) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
		factory.setDaemon(true);
		return factory;
	}

}
