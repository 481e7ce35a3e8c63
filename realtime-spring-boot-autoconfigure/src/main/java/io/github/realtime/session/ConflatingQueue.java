package io.github.realtime.session;

import java.util.ArrayDeque;
import java.util.Deque;

import io.github.realtime.Publication;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * Holds the newest message of a channel for a client that reads more slowly than the
 * channel publishes and may miss those before. Changes of the state are all held; if they
 * become too many, the client has to read the state again.
 */
final class ConflatingQueue {

	private final Subscriber subscriber;

	private final String channel;

	private final Runnable onStateMissed;

	private final Deque<Held> states = new ArrayDeque<>(0);

	private @Nullable Held message;

	/** The offset up to which the client has everything. */
	private long seen;

	private boolean holding;

	private long stateBytes;

	private boolean stateMissed;

	/**
	 * Creates it without a publication.
	 * @param subscriber gets what is held
	 * @param channel the channel
	 * @param onStateMissed called in place of a publication
	 */
	ConflatingQueue(Subscriber subscriber, String channel, Runnable onStateMissed) {
		this.subscriber = subscriber;
		this.channel = channel;
		this.onStateMissed = onStateMissed;
	}

	/**
	 * Takes a publication if the client has no room for it now.
	 * @param publication the publication
	 * @param line the line as the client gets it
	 * @return {@code false} if it can be sent
	 */
	synchronized boolean hold(Publication publication, Line line) {
		if (!this.holding) {
			if (this.subscriber.outbound().hasRoomToSpare(line)) {
				return false;
			}
			this.holding = true;
			this.seen = publication.offset() - 1;
			this.subscriber.outbound().onDrained(this::release);
		}
		Held held = new Held(publication.offset(), line);
		if (!publication.isState()) {
			this.message = held;
		}
		else if (this.states.isEmpty() || this.stateBytes + line.bytes() <= this.subscriber.outbound().limit() / 2) {
			this.states.addLast(held);
			this.stateBytes += line.bytes();
		}
		else {
			this.stateMissed = true;
		}
		return true;
	}

	private void release() {
		if (!send()) {
			this.onStateMissed.run();
		}
	}

	/** Under the lock, so that later publications come behind. */
	private synchronized boolean send() {
		boolean complete = !this.stateMissed;
		boolean first = true;
		for (Held next = next(); complete && next != null; next = next()) {
			if (!first && !this.subscriber.outbound().hasRoomToSpare(next.line())) {
				this.subscriber.outbound().onDrained(this::release);
				return true;
			}
			send(next);
			first = false;
		}
		clear();
		return complete;
	}

	private @Nullable Held next() {
		Held state = this.states.peekFirst();
		Held message = this.message;
		return (state != null && (message == null || state.offset() < message.offset())) ? state : message;
	}

	private void send(Held held) {
		if (held == this.message) {
			this.message = null;
		}
		else {
			this.states.removeFirst();
			this.stateBytes -= held.line().bytes();
		}
		if (held.offset() > this.seen + 1) {
			this.subscriber.send(new Frame.Position(this.channel, held.offset() - 1).line());
		}
		this.subscriber.outbound().addGranted(held.line());
		this.seen = held.offset();
	}

	synchronized void clear() {
		this.holding = false;
		this.states.clear();
		this.message = null;
		this.stateBytes = 0;
		this.stateMissed = false;
	}

	private record Held(long offset, Line line) {

	}

}
