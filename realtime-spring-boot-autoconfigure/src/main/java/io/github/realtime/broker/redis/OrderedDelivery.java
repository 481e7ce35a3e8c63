package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.broker.BrokerListener;
import io.github.realtime.broker.History;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the publications of one channel to the listener, in order. It knows the offset
 * that comes next: if another one arrives, or something may have been missed, it reads
 * the history from the last publication on and delivers what it finds; if that is not
 * all, it reports a gap. One thread at a time works here.
 */
final class OrderedDelivery {

	private static final Log logger = LogFactory.getLog(RedisLog.CATEGORY);

	private static final int PAGE = 256;

	/** How many bytes may wait here; what is more, the history has too. */
	private static final int MAX_WAITING = 8 * 1024 * 1024;

	/** What a message weighs besides its line. */
	private static final int OVERHEAD = 200;

	/** How long after reading the same publications may still arrive. */
	private static final Duration ECHO = Duration.ofSeconds(5);

	private final String channel;

	private final HistoryReader reader;

	private final BrokerListener listener;

	private final Executor executor;

	private final Deque<Publication> waiting = new ArrayDeque<>(0);

	private long waitingBytes;

	private boolean working;

	private boolean reading;

	/** A read failed: until it is tried again, everything waits. */
	private boolean stuck;

	private @Nullable Position last;

	/** Something may have been missed before anything was known. */
	private boolean unsure;

	private long readUpTo;

	private long readAt;

	OrderedDelivery(String channel, HistoryReader reader, BrokerListener listener, Executor executor) {
		this.channel = channel;
		this.reader = reader;
		this.listener = listener;
		this.executor = executor;
	}

	/**
	 * Takes a publication that arrived.
	 * @param publication the publication
	 */
	synchronized void arrived(Publication publication) {
		if (this.last == null) {
			this.last = new Position(publication.position().epoch(), publication.offset() - 1);
		}
		long weight = publication.line().bytes() + OVERHEAD;
		if (this.waitingBytes > 0 && this.waitingBytes + weight > MAX_WAITING) {
			this.reading = true;
		}
		else {
			this.waiting.addLast(publication);
			this.waitingBytes += weight;
		}
		if (!this.stuck) {
			work();
		}
	}

	/**
	 * Notes the position of the channel. If nothing has arrived before, the next
	 * publication has to follow this position.
	 * @param top the channel's top
	 */
	synchronized void seen(Position top) {
		if (this.last == null) {
			begin(top);
			if (this.unsure) {
				check();
			}
		}
	}

	/**
	 * Reads from the history what may have been missed.
	 */
	synchronized void check() {
		this.unsure = this.last == null;
		if (!this.unsure) {
			this.stuck = false;
			this.reading = true;
			work();
		}
	}

	/**
	 * Reads the position of the channel, which keeps its numbering. The next tick then
	 * notices what has not arrived.
	 */
	void look() {
		this.reader.read(this.channel, null, 0);
	}

	/**
	 * Repeats the last read if it failed.
	 */
	synchronized void retry() {
		if (this.stuck) {
			this.stuck = false;
			work();
		}
	}

	/**
	 * Returns how far publications have been delivered.
	 * @return the position of the last one, or {@code null} if that is not known yet
	 */
	synchronized @Nullable Position last() {
		return this.last;
	}

	private void begin(Position position) {
		this.last = position;
		this.readUpTo = position.offset();
		this.readAt = System.nanoTime();
	}

	private void work() {
		if (!this.working) {
			this.working = true;
			this.executor.execute(this::deliver);
		}
	}

	private void deliver() {
		while (true) {
			Publication next;
			synchronized (this) {
				if (this.reading) {
					break;
				}
				next = this.waiting.pollFirst();
				if (next == null) {
					this.working = false;
					return;
				}
				this.waitingBytes -= next.line().bytes() + OVERHEAD;
				if (!follows(next)) {
					continue;
				}
				this.last = next.position();
			}
			pass(next);
		}
		read();
	}

	/**
	 * Decides whether a publication that arrived is delivered. If it is also found in the
	 * history, it is delivered from there.
	 */
	private boolean follows(Publication publication) {
		Position last = this.last;
		boolean comparable = last != null && last.epoch().equals(publication.position().epoch());
		if (last != null && comparable && publication.offset() == last.offset() + 1) {
			return true;
		}
		boolean echo = comparable && publication.offset() <= this.readUpTo
				&& System.nanoTime() - this.readAt < ECHO.toNanos();
		this.reading = !echo;
		return false;
	}

	private void read() {
		Position since;
		synchronized (this) {
			this.reading = false;
			since = this.last;
		}
		this.reader.read(this.channel, since, PAGE)
			.whenCompleteAsync((history, failure) -> hasRead(history, failure), this.executor);
	}

	private void hasRead(@Nullable History history, @Nullable Throwable failure) {
		if (history == null) {
			logger.debug("The history of channel '" + this.channel + "' can't be read, trying again", failure);
			synchronized (this) {
				this.reading = true;
				this.stuck = true;
				this.working = false;
			}
			return;
		}
		if (!history.complete()) {
			synchronized (this) {
				begin(history.top());
			}
			tell(history.top(), () -> this.listener.onGap(this.channel, history.top()));
		}
		else {
			for (Publication publication : history.publications()) {
				synchronized (this) {
					begin(publication.position());
				}
				pass(publication);
			}
			synchronized (this) {
				this.reading |= !history.top().equals(this.last);
			}
		}
		deliver();
	}

	private void pass(Publication publication) {
		tell(publication.position(), () -> this.listener.onPublication(publication));
	}

	private void tell(Position position, Runnable call) {
		try {
			call.run();
		}
		catch (RuntimeException | Error ex) {
			// An exception would end all delivery
			logger.error("The listener failed on channel '" + this.channel + "' at offset " + position.offset(), ex);
		}
	}

	/**
	 * Reads a channel's history.
	 */
	@FunctionalInterface
	interface HistoryReader {

		/**
		 * Reads a page.
		 * @param channel the channel
		 * @param since the position to read on from, or {@code null} for the newest
		 * @param limit how many at most
		 * @return the page
		 */
		CompletableFuture<History> read(String channel, @Nullable Position since, int limit);

	}

}
