package io.github.realtime.action;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

import io.github.realtime.support.DaemonThreads;

import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * Where actions run: they may block, and the web server's threads have frames to read.
 * Made when the first is called. It is no bean, since that would make Boot's own executor
 * back off.
 */
public final class ActionThreads implements Executor, AutoCloseable {

	private static final String PREFIX = "realtime-action-";

	private static final int MAX_WAITING = 10_000;

	private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

	private final Executor executor;

	private ActionThreads(Executor executor) {
		this.executor = executor;
	}

	/**
	 * Makes a pool of threads. What finds none waits, up to a bound: clients that are
	 * gone may have left much behind.
	 * @param most how many threads
	 * @return the pool
	 */
	public static ActionThreads pool(int most) {
		return new ActionThreads(DaemonThreads.pool(PREFIX, most, MAX_WAITING));
	}

	/**
	 * Makes a virtual thread for each call.
	 * @return the threads
	 */
	public static ActionThreads virtual() {
		return new ActionThreads(new VirtualThreadTaskExecutor(PREFIX));
	}

	@Override
	public void execute(Runnable action) {
		this.executor.execute(action);
	}

	@Override
	public void close() {
		if (this.executor instanceof ExecutorService service) {
			service.shutdown();
			try {
				if (!service.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
					service.shutdownNow();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
