package io.github.realtime.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.github.realtime.benchmarks.Connection.Plan;
import io.github.realtime.benchmarks.Connection.Position;
import org.jspecify.annotations.Nullable;

/**
 * All clients, on one thread. It makes no garbage of what it reads, so that it is not
 * what is measured.
 */
final class Generator implements AutoCloseable {

	private static final int READ_BYTES = 256 * 1024;

	private static final int FRAME_BYTES = 8 * 1024 * 1024;

	private static final long CONNECT_SECONDS = 240;

	private final Executor later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

	private final Selector selector;

	private final Thread thread;

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final AtomicInteger probed = new AtomicInteger();

	private final List<Connection> connections = new ArrayList<>();

	private volatile Tally tally = new Tally(Tally.PROBE, 0);

	private volatile boolean closed;

	private @Nullable Opening opening;

	Generator() throws IOException {
		this.selector = Selector.open();
		this.thread = new Thread(this::run, "generator");
		this.thread.start();
	}

	/**
	 * Connects clients, and returns when all have subscribed.
	 * @param plan what to connect to
	 * @param count how many
	 * @param inFlight how many may be on their way at once
	 * @param since where each left off, or an empty list. A client that comes back tries
	 * again after a second if it is turned away
	 * @return how many times clients were turned away
	 * @throws InterruptedException if interrupted
	 */
	int connect(Plan plan, int count, int inFlight, List<Position> since) throws InterruptedException {
		Opening opening = new Opening(plan, count, inFlight, since);
		execute(() -> {
			this.opening = opening;
			opening.goOn();
		});
		try {
			return opening.done.get(CONNECT_SECONDS, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new InvalidRunException(opening.ready + " of " + count + " clients could connect: " + ex);
		}
	}

	/**
	 * Counts from now on.
	 * @param tally where
	 */
	void count(Tally tally) {
		this.tally = tally;
	}

	/**
	 * Returns how many subscriptions have got a probe.
	 * @return the number, since {@link #disconnect()}
	 */
	int probedSubscriptions() {
		return this.probed.get();
	}

	/**
	 * Lets the one that is planned to be stuck read nothing more.
	 * @throws InterruptedException if interrupted
	 */
	void stick() throws InterruptedException {
		call(() -> {
			this.connections.stream().filter(Connection::isStuck).forEach(Connection::stopReading);
			return true;
		});
	}

	/**
	 * Closes all connections.
	 * @return where each was, in the order of their numbers
	 * @throws InterruptedException if interrupted
	 */
	List<Position> disconnect() throws InterruptedException {
		return call(() -> {
			List<Position> reached = this.connections.stream()
				.sorted(Comparator.comparingInt(Connection::index))
				.map(Connection::reached)
				.toList();
			this.connections.forEach(Connection::close);
			this.connections.clear();
			this.probed.set(0);
			return reached;
		});
	}

	/**
	 * Returns how long the thread has been busy, by which it can be told whether it was
	 * it that was measured.
	 * @return the time in nanoseconds
	 */
	long busyNanos() {
		return ManagementFactory.getThreadMXBean().getThreadCpuTime(this.thread.getId());
	}

	void ready(Connection connection) {
		this.connections.add(connection);
		if (this.opening != null) {
			this.opening.ready();
		}
	}

	void gone(Connection connection, String why) {
		if (this.opening != null && connection.isComingBack()) {
			connection.close();
			this.opening.tryAgain(connection.index());
		}
		else {
			broken(connection, why);
		}
	}

	private void broken(Connection connection, String why) {
		connection.close();
		boolean first = this.connections.remove(connection);
		if (this.opening != null && !this.opening.done.isDone()) {
			this.opening.done.completeExceptionally(new IOException(why));
		}
		if (first && !connection.isStuck()) {
			fault(why);
		}
	}

	void probed() {
		this.probed.incrementAndGet();
	}

	void delivered(int run, long due, long now) {
		Tally tally = this.tally;
		if (run == tally.run()) {
			tally.delivered(due, now);
		}
		else {
			wrong("A message of run " + run + " came in run " + tally.run());
		}
	}

	void fault(String what) {
		this.tally.fault(what);
	}

	void wrong(String what) {
		this.tally.wrong(what);
	}

	void late() {
		this.tally.late();
	}

	private void run() {
		ByteBuffer direct = ByteBuffer.allocateDirect(READ_BYTES);
		byte[] bytes = new byte[READ_BYTES + FRAME_BYTES];
		try {
			while (!this.closed) {
				this.selector.select((key) -> handle(key, direct, bytes));
				for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
					task.run();
				}
			}
			this.connections.forEach(Connection::close);
			this.selector.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void handle(SelectionKey key, ByteBuffer direct, byte[] bytes) {
		Connection connection = (Connection) key.attachment();
		try {
			if (key.isConnectable()) {
				connection.connected();
			}
			else if (key.isReadable()) {
				connection.read(direct, bytes);
			}
		}
		catch (IOException ex) {
			gone(connection, ex.toString());
		}
		catch (RuntimeException ex) {
			broken(connection, ex.toString());
		}
	}

	private void execute(Runnable task) {
		this.tasks.add(task);
		this.selector.wakeup();
	}

	private <T> T call(Supplier<T> task) throws InterruptedException {
		CompletableFuture<T> result = new CompletableFuture<>();
		execute(() -> result.complete(task.get()));
		try {
			return result.get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Closes all connections, and returns when they are: a server that ends then is no
	 * fault.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.selector.wakeup();
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Clients that are on their way.
	 */
	private final class Opening {

		private final Plan plan;

		private final int count;

		private final int inFlight;

		private final List<Position> since;

		private final CompletableFuture<Integer> done = new CompletableFuture<>();

		private int started;

		private int ready;

		private int turnedAway;

		Opening(Plan plan, int count, int inFlight, List<Position> since) {
			this.plan = plan;
			this.count = count;
			this.inFlight = inFlight;
			this.since = since;
		}

		void ready() {
			this.ready++;
			if (this.ready == this.count) {
				this.done.complete(this.turnedAway);
			}
			goOn();
		}

		void goOn() {
			while (this.started < this.count && this.started - this.ready < this.inFlight) {
				open(this.started++);
			}
		}

		void tryAgain(int index) {
			this.turnedAway++;
			Generator.this.later.execute(() -> execute(() -> open(index)));
		}

		private void open(int index) {
			try {
				Position position = this.since.isEmpty() ? null : this.since.get(index);
				new Connection(Generator.this, Generator.this.selector, this.plan, index, position);
			}
			catch (IOException ex) {
				this.done.completeExceptionally(ex);
			}
		}

	}

}
