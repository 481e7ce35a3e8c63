package io.github.realtime.session;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Few threads that write to many sockets, before Java 24 made virtual threads that a
 * blocking write does not pin. A thread whose task takes long counts as stuck and is made
 * up for by another one, up to a cap; so a reader that does not read delays nobody else
 * by more than a moment. The queue holds at most one task for each client.
 */
final class WriterPool implements Executor {

	private static final int MAX_THREADS = 256;

	private static final Duration PATIENCE = Duration.ofMillis(25);

	private final int parallelism = Math.max(2, Runtime.getRuntime().availableProcessors());

	private final ThreadPoolExecutor threads;

	private final ScheduledExecutorService timer;

	private final Set<Turn> turns = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean watching = new AtomicBoolean();

	WriterPool(ScheduledExecutorService timer) {
		this.timer = timer;
		CustomizableThreadFactory factory = new CustomizableThreadFactory("realtime-writer-");
		factory.setDaemon(true);
		this.threads = new ThreadPoolExecutor(this.parallelism, this.parallelism, 10, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), factory, new DiscardPolicy());
		this.threads.allowCoreThreadTimeOut(true);
	}

	@Override
	public void execute(Runnable task) {
		this.threads.execute(() -> {
			Turn turn = new Turn(System.nanoTime());
			this.turns.add(turn);
			watch();
			try {
				task.run();
			}
			finally {
				this.turns.remove(turn);
			}
		});
	}

	private void watch() {
		if (this.watching.compareAndSet(false, true)) {
			this.timer.schedule(this::adapt, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void adapt() {
		this.watching.set(false);
		long now = System.nanoTime();
		long stuck = this.turns.stream().filter((turn) -> now - turn.began() > PATIENCE.toNanos()).count();
		// Twice as many: if many get stuck at once, whoever waits next is one of them
		int size = (int) Math.min(MAX_THREADS, this.parallelism + 2 * stuck);
		if (size > this.threads.getMaximumPoolSize()) {
			this.threads.setMaximumPoolSize(size);
			this.threads.setCorePoolSize(size);
		}
		else if (size < this.threads.getCorePoolSize()) {
			this.threads.setCorePoolSize(size);
			this.threads.setMaximumPoolSize(size);
		}
		if (!this.turns.isEmpty()) {
			watch();
		}
	}

	int size() {
		return this.threads.getPoolSize();
	}

	void shutdown() {
		this.threads.shutdownNow();
	}

	/**
	 * One task under way. Identity matters: two may begin at the same time.
	 */
	private static final class Turn {

		private final long began;

		private Turn(long began) {
			this.began = began;
		}

		private long began() {
			return this.began;
		}

	}

}
