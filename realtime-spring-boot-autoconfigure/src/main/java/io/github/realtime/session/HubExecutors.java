package io.github.realtime.session;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

import io.github.realtime.support.DaemonThreads;

import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * The threads of one hub: one that checks the clients, those that write to them and one
 * that checks the writers, and a few that publish the clients' events, with at most one
 * task waiting for each client. They ignore tasks once they are shut down.
 */
final class HubExecutors {

	private volatile Pools pools = new Pools();

	/**
	 * Makes new threads if these have been shut down.
	 */
	void restart() {
		if (this.pools.timer.isShutdown()) {
			this.pools = new Pools();
		}
	}

	Executor events() {
		return this.pools.events;
	}

	ScheduledExecutorService timer() {
		return this.pools.timer;
	}

	Executor writers() {
		return this.pools.writers;
	}

	void shutdown(Duration patience) throws InterruptedException {
		this.pools.shutdown(patience);
	}

	private static final class Pools {

		/** From this version on a virtual thread in a blocking write holds no carrier. */
		private static final int UNPINNED_VIRTUAL_THREADS = 24;

		private static final int EVENT_THREADS = 4;

		private final ScheduledExecutorService timer = DaemonThreads.timer("realtime-timer-");

		/** By itself, since writes wait for it when one is stuck. */
		private final ScheduledExecutorService writerTimer = DaemonThreads.timer("realtime-writer-timer-");

		private final Executor writers;

		private final ThreadPoolExecutor events = DaemonThreads.pool("realtime-events-", EVENT_THREADS,
				Integer.MAX_VALUE);

		Pools() {
			boolean virtual = Runtime.version().feature() >= UNPINNED_VIRTUAL_THREADS;
			this.writers = virtual ? new VirtualThreadTaskExecutor("realtime-writer-")
					: new WriterPool(this.writerTimer);
			this.events.setRejectedExecutionHandler(new DiscardPolicy());
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

	}

}
