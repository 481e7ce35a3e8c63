package io.github.realtime.session;

import java.lang.Thread.State;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.support.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * Few threads that write to many sockets, for Java before 24, where a blocking write pins
 * a virtual thread. A thread that waits, or whose task takes long, counts as stuck and is
 * replaced by others, up to a cap; so a client that does not read delays nobody else by
 * more than a moment. The queue holds at most one task for each client.
 */
final class WriterPool implements Executor {

	private static final int MAX_WRITERS = 256;

	/** How often to look for writers that are stuck. */
	private static final Duration LOOK = Duration.ofMillis(5);

	/**
	 * A writer that was seen at the same task so many times more is stuck even if it does
	 * not wait. With fewer, one that only lacks a processor would count as stuck.
	 */
	private static final int PATIENCE = 6;

	/**
	 * Not more than one for each processor: in a busy instance more writers would take
	 * time from the threads that receive the messages.
	 */
	private final int parallelism = Runtime.getRuntime().availableProcessors();

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	/** How many writers there may be. */
	private volatile int limit = this.parallelism;

	private final AtomicInteger count = new AtomicInteger();

	private final Map<Thread, Writer> writers = new ConcurrentHashMap<>();

	private final AtomicBoolean watching = new AtomicBoolean();

	private final ThreadPoolExecutor threads;

	private final ScheduledExecutorService timer;

	WriterPool(ScheduledExecutorService timer) {
		this.timer = timer;
		this.threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
				DaemonThreads.factory("realtime-writer-"), new DiscardPolicy());
	}

	@Override
	public void execute(Runnable task) {
		if (!this.threads.isShutdown()) {
			this.tasks.add(task);
			startWriter();
		}
	}

	private boolean startWriter() {
		int count = this.count.get();
		while (count < this.limit && !this.tasks.isEmpty()) {
			if (this.count.compareAndSet(count, count + 1)) {
				start(new Writer());
				return true;
			}
			count = this.count.get();
		}
		return false;
	}

	private void start(Writer writer) {
		try {
			this.threads.execute(writer);
		}
		catch (RuntimeException | Error ex) {
			// There was no memory for a thread: the next task may find some
			this.count.decrementAndGet();
			throw ex;
		}
		finally {
			watch();
		}
	}

	private void watch() {
		if (this.watching.compareAndSet(false, true)) {
			this.timer.schedule(this::adapt, LOOK.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void adapt() {
		this.watching.set(false);
		try {
			int stuck = 0;
			for (Map.Entry<Thread, Writer> writer : this.writers.entrySet()) {
				stuck += writer.getValue().isStuck(writer.getKey()) ? 1 : 0;
			}
			// Twice as many: where some are stuck, whoever waits next may be one of them
			this.limit = Math.min(MAX_WRITERS, this.parallelism + 2 * stuck);
			boolean started = true;
			while (started) {
				started = startWriter();
			}
		}
		finally {
			if (this.count.get() > 0 || !this.tasks.isEmpty()) {
				watch();
			}
		}
	}

	int size() {
		return this.count.get();
	}

	void shutdown() {
		this.threads.shutdownNow();
		this.tasks.clear();
	}

	/**
	 * Runs tasks until there are none, and ends.
	 */
	private final class Writer implements Runnable {

		/** Counts the tasks. */
		private volatile int turn;

		private int seenTurn;

		/** How often it was seen at this turn before. */
		private int seen;

		@Override
		public void run() {
			WriterPool.this.writers.put(Thread.currentThread(), this);
			try {
				Runnable task = next();
				while (task != null) {
					this.turn++;
					task.run();
					task = next();
				}
			}
			finally {
				WriterPool.this.writers.remove(Thread.currentThread());
				WriterPool.this.count.decrementAndGet();
				// For tasks that were added since it found none
				startWriter();
			}
		}

		private @Nullable Runnable next() {
			if (WriterPool.this.count.get() > WriterPool.this.limit || WriterPool.this.threads.isShutdown()) {
				return null;
			}
			// An interrupt of one task must not end the write of another
			Thread.interrupted();
			return WriterPool.this.tasks.poll();
		}

		private boolean isStuck(Thread thread) {
			if (this.turn != this.seenTurn) {
				this.seenTurn = this.turn;
				this.seen = 0;
				return false;
			}
			this.seen++;
			return this.seen >= PATIENCE || thread.getState() != State.RUNNABLE;
		}

	}

}
