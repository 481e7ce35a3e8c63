package io.github.realtime.session;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Line;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes to one client. A sender adds a line and goes on; a task of the executor writes,
 * one at a time, and joins the lines that have been added meanwhile into one frame. So a
 * client costs no thread, a slow one holds up nobody, and the busier it gets the fewer
 * frames it takes.
 * <p>
 * The bound counts lines that wait; the frame being written is not among them.
 */
final class OutboundQueue implements Runnable {

	private static final Log logger = LogFactory.getLog(OutboundQueue.class);

	/**
	 * A longer line is written in parts, so that "stuck" means that one part is, and a
	 * slow but steady reader gets a large line in the end.
	 */
	private static final int PART_CHARS = 64 * 1024;

	private static final int FRAMES_PER_TURN = 16;

	/** How long a write may take of a client that reads, or is to be closed. */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final ClientConnection connection;

	private final Executor executor;

	private final LongSupplier nanoTime;

	private final Runnable onBroken;

	private final OutboundLines lines;

	private final Deque<Runnable> awaitingDrain = new ArrayDeque<>(0);

	private boolean flushing;

	private @Nullable CloseCode closing;

	private String reason = "";

	private long closingSince;

	private boolean ended;

	/** Whether a line was refused since the last write ended. */
	private boolean full;

	private boolean writing;

	private long writingSince;

	/**
	 * Creates a queue.
	 * @param connection where the lines go
	 * @param limit how many bytes may wait
	 * @param executor runs the tasks that write
	 * @param nanoTime tells how long a write takes, {@link System#nanoTime()} but in
	 * tests
	 * @param onBroken called when a write fails
	 */
	OutboundQueue(ClientConnection connection, int limit, Executor executor, LongSupplier nanoTime, Runnable onBroken) {
		this.connection = connection;
		this.lines = new OutboundLines(limit);
		this.executor = executor;
		this.nanoTime = nanoTime;
		this.onBroken = onBroken;
	}

	int limit() {
		return this.lines.limit();
	}

	/**
	 * Adds a line. An empty queue takes a line of any size. After
	 * {@link #close(CloseCode, String, boolean)} lines are dropped.
	 * @param line the line
	 * @return {@code false} if the queue is full
	 */
	boolean offer(Line line) {
		synchronized (this) {
			if (isClosing()) {
				return true;
			}
			if (!this.lines.hasRoom(line)) {
				this.full = true;
				return false;
			}
			this.lines.add(line);
			if (!startFlushing()) {
				return true;
			}
		}
		this.executor.execute(this);
		return true;
	}

	/**
	 * Adds a line that has waited for its {@link #room(Line) room}, even if another was
	 * faster. It leaves the room of the others as it is, however large: the client has
	 * asked for it, and is not to be closed because of a reply behind it.
	 * @param line the line
	 */
	void addGranted(Line line) {
		synchronized (this) {
			if (isClosing()) {
				return;
			}
			this.lines.addGranted(line);
			if (!startFlushing()) {
				return;
			}
		}
		this.executor.execute(this);
	}

	/**
	 * Tells whether a line that can wait may be added now: half of the queue is left to
	 * those that can't.
	 * @param line the line
	 * @return {@code true} if it may
	 */
	synchronized boolean hasRoomToSpare(Line line) {
		return this.lines.hasRoomToSpare(line);
	}

	/**
	 * Waits until a line that can wait may be added.
	 * @param line the line
	 * @return completes then; never, if the connection ends before
	 */
	CompletableFuture<Void> room(Line line) {
		if (hasRoomToSpare(line)) {
			return CompletableFuture.completedFuture(null);
		}
		CompletableFuture<Void> room = new CompletableFuture<>();
		// Little is left then, so there is room for a line of any size. It must not wait
		// once more: nothing is written meanwhile, so that would be for ever
		onDrained(() -> room.complete(null));
		return room;
	}

	/**
	 * Tells whether the client reads.
	 * @return {@code false} while a write waits for longer than a moment
	 */
	synchronized boolean isMoving() {
		return !this.writing || this.nanoTime.getAsLong() - this.writingSince < PATIENCE.toNanos();
	}

	/**
	 * Tells whether the client does not read, and there is no room left.
	 * @return {@code true} if it is of no use to wait for it
	 */
	synchronized boolean isOverwhelmed() {
		return this.full && !isMoving();
	}

	/**
	 * Runs an action once most of the lines have been written.
	 * @param action what to run, on a thread that writes
	 */
	void onDrained(Runnable action) {
		synchronized (this) {
			if (isClosing()) {
				return;
			}
			this.awaitingDrain.addLast(action);
			if (!startFlushing()) {
				return;
			}
		}
		this.executor.execute(this);
	}

	/**
	 * Closes the connection.
	 * @param code the reason
	 * @param reason the reason in words
	 * @param discard whether to drop the lines that wait rather than to write them first
	 */
	void close(CloseCode code, String reason, boolean discard) {
		synchronized (this) {
			if (isClosing()) {
				return;
			}
			this.closing = code;
			this.reason = reason;
			this.closingSince = this.nanoTime.getAsLong();
			this.awaitingDrain.clear();
			if (discard) {
				this.lines.clear();
			}
			if (!startFlushing()) {
				return;
			}
		}
		this.executor.execute(this);
	}

	private boolean isClosing() {
		return this.closing != null || this.ended;
	}

	/**
	 * Forgets everything: the connection is gone.
	 */
	synchronized void end() {
		this.ended = true;
		this.awaitingDrain.clear();
		this.lines.clear();
	}

	/**
	 * Tells whether a write has been stuck for too long.
	 * @param now {@link System#nanoTime()}
	 * @param timeout how long is too long
	 * @return {@code true} if nothing will come of it
	 */
	synchronized boolean isStuck(long now, Duration timeout) {
		if (!this.writing) {
			return false;
		}
		return now - this.writingSince > timeout.toNanos() || (this.closing != null
				&& now - this.closingSince > PATIENCE.toNanos() && now - this.writingSince > PATIENCE.toNanos());
	}

	private boolean startFlushing() {
		boolean start = !this.flushing;
		this.flushing = true;
		return start;
	}

	/**
	 * Writes some of the lines, as a task of the executor.
	 */
	@Override
	public void run() {
		try {
			for (int i = 0; i < FRAMES_PER_TURN; i++) {
				Step step = nextStep();
				if (step == null) {
					return;
				}
				step.run();
			}
			this.executor.execute(this);
		}
		catch (IOException | RuntimeException ex) {
			// A peer that is gone, mostly: not worth more than this
			logger.debug("Writing failed", ex);
			end();
			this.onBroken.run();
		}
	}

	private synchronized @Nullable Step nextStep() {
		this.writing = false;
		this.full = false;
		if (this.ended) {
			return null;
		}
		if (!this.awaitingDrain.isEmpty() && this.lines.isDrained()) {
			return this.awaitingDrain.removeFirst()::run;
		}
		if (!this.lines.isEmpty()) {
			String frame = this.lines.removeFrame();
			beginWriting();
			return () -> write(frame);
		}
		if (this.closing != null) {
			CloseCode code = this.closing;
			this.ended = true;
			beginWriting();
			return () -> closeConnection(code, this.reason);
		}
		this.flushing = false;
		return null;
	}

	private void write(String frame) throws IOException {
		int start = 0;
		while (frame.length() - start > PART_CHARS) {
			int end = start + PART_CHARS;
			if (Character.isHighSurrogate(frame.charAt(end - 1))) {
				end--;
			}
			this.connection.write(frame.substring(start, end), false);
			start = end;
			beginWriting();
		}
		this.connection.write((start == 0) ? frame : frame.substring(start), true);
	}

	private void closeConnection(CloseCode code, String reason) throws IOException {
		this.connection.close(code, reason);
		synchronized (this) {
			this.writing = false;
		}
	}

	private synchronized void beginWriting() {
		this.writing = true;
		this.writingSince = this.nanoTime.getAsLong();
	}

	/**
	 * The next thing that a flush does.
	 */
	private interface Step {

		void run() throws IOException;

	}

}
