package io.github.realtime.broker.memory;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.broker.BrokerListener;
import io.github.realtime.broker.Draft;
import io.github.realtime.broker.History;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StateOutcome.Changed;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.protocol.Line;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One channel: its numbering, its history, its values, and the delivery of what is
 * published.
 */
final class ChannelLog {

	private static final Log logger = LogFactory.getLog(ChannelLog.class);

	private static final long NUMBERING_TTL = Duration.ofHours(24).toMillis();

	private final String channel;

	private final String epoch;

	private long top;

	private long lastPublished;

	private boolean listened;

	private boolean retired;

	private final RecentPublications history;

	private final ChannelValues values;

	private final SeenKeys keys = new SeenKeys();

	/**
	 * Numbered, and not yet handed to the listener. It holds at most one entry for each
	 * thread that is publishing to this channel, since none returns before its entry is
	 * delivered, and one for each publication that the listener itself causes.
	 */
	private final ConcurrentLinkedQueue<Publication> undelivered = new ConcurrentLinkedQueue<>();

	private final ReentrantLock delivery = new ReentrantLock();

	ChannelLog(String channel, String epoch, HistoryPolicy policy, StatePolicy state) {
		this.channel = channel;
		this.epoch = epoch;
		this.history = new RecentPublications(policy);
		this.values = new ChannelValues(state);
	}

	/**
	 * Numbers and keeps a publication.
	 * @param draft the publication
	 * @param now the time in milliseconds
	 * @return its position, or {@code null} if this log is retired
	 */
	synchronized @Nullable Position append(Draft draft, long now) {
		if (this.retired) {
			return null;
		}
		expire(now);
		Position before = this.keys.position(draft.idempotencyKey());
		if (before != null) {
			return before;
		}
		Position position = next();
		append(draft.at(position), now);
		this.keys.add(draft, position, now);
		return position;
	}

	/**
	 * Makes a change of the values, and numbers and keeps its publication.
	 * @param change the change
	 * @param now the time in milliseconds
	 * @return what became of it, or {@code null} if this log is retired
	 */
	synchronized @Nullable StateOutcome change(StateChange change, long now) {
		if (this.retired) {
			return null;
		}
		expire(now);
		StateOutcome before = this.keys.outcome(change);
		if (before != null) {
			return before;
		}
		StateEditor editor = new StateEditor(this.values, change);
		if (editor.failure() != null) {
			return editor.failure();
		}
		if (editor.changes().isEmpty()) {
			return new Changed(new Position(this.epoch, this.top), editor.results());
		}
		Position position = next();
		Line line = Line.of(change.head() + position.offset() + editor.json() + change.end());
		this.values.store(editor.changes(), position.offset(), now);
		append(new Publication(this.channel, position, line, null), now);
		this.keys.add(change, position, editor.results(), now);
		return new Changed(position, editor.results());
	}

	private Position next() {
		return new Position(this.epoch, ++this.top);
	}

	private void append(Publication publication, long now) {
		this.lastPublished = now;
		this.history.add(publication, now);
		this.undelivered.add(publication);
	}

	synchronized boolean hasSeen(String idempotencyKey, long now) {
		expire(now);
		return this.keys.contains(idempotencyKey);
	}

	synchronized @Nullable StateEntry value(String key, long now) {
		expire(now);
		return this.values.entries().get(key);
	}

	/**
	 * Reads what a client misses, or the whole state.
	 * @param since the client's position, if it has one
	 * @param limit how many publications at most
	 * @param now the time in milliseconds
	 * @return the history, with the state if that is needed
	 */
	synchronized History snapshot(@Nullable Position since, int limit, long now) {
		History history = read(since, limit, now);
		return (since != null && history.complete()) ? history : new History(history.top(), history.complete(),
				history.publications(), new LinkedHashMap<>(this.values.entries()));
	}

	/**
	 * Hands over what has been numbered, in order. Not called from inside the listener.
	 * @param listener the listener
	 */
	void deliver(BrokerListener listener) {
		this.delivery.lock();
		try {
			Publication publication = this.undelivered.poll();
			while (publication != null) {
				deliver(listener, publication);
				publication = this.undelivered.poll();
			}
		}
		finally {
			this.delivery.unlock();
		}
	}

	private void deliver(BrokerListener listener, Publication publication) {
		try {
			listener.onPublication(publication);
		}
		catch (RuntimeException ex) {
			// It is published all the same, and what waits behind it may be another
			// thread's
			logger.error("The listener failed on channel '" + this.channel + "' at offset " + publication.offset(), ex);
		}
	}

	synchronized History read(@Nullable Position since, int limit, long now) {
		expire(now);
		Position last = new Position(this.epoch, this.top);
		if (since == null) {
			return new History(last, true, this.history.read(Math.max(0, this.history.size() - limit), limit));
		}
		long oldest = this.top - this.history.size();
		if (!since.epoch().equals(this.epoch) || since.offset() > this.top || since.offset() < oldest) {
			return new History(last, false, List.of());
		}
		return new History(last, true, this.history.read((int) (since.offset() - oldest), limit));
	}

	/**
	 * Reads a channel that has no log.
	 * @param epoch the epoch that it would get
	 * @param since the position to read on from
	 * @param state whether the state is asked for
	 * @return an empty history
	 */
	static History unused(String epoch, @Nullable Position since, boolean state) {
		Position start = new Position(epoch, 0);
		boolean complete = since == null || since.equals(start);
		return new History(start, complete, List.of(), (state && (since == null || !complete)) ? Map.of() : null);
	}

	synchronized void expire(long now) {
		this.history.expire(now);
		this.values.expire(now);
		this.keys.expire(now);
	}

	/**
	 * Notes whether anybody listens.
	 * @param listened whether somebody does
	 * @return {@code false} if this log is retired
	 */
	synchronized boolean setListened(boolean listened) {
		this.listened = listened;
		return !this.retired;
	}

	synchronized boolean isUnused() {
		return !this.listened && this.top == 0;
	}

	synchronized boolean isForgettable(long now) {
		return isUnused() || (!this.listened && this.history.size() == 0 && this.values.isEmpty() && this.keys.isEmpty()
				&& now - this.lastPublished >= NUMBERING_TTL);
	}

	synchronized boolean hasNumbered() {
		return this.top > 0;
	}

	/**
	 * Ends this log if nobody needs it.
	 * @param now the time in milliseconds
	 * @return {@code true} if it is over
	 */
	synchronized boolean retire(long now) {
		this.retired = isForgettable(now);
		return this.retired;
	}

}
