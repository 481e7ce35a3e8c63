package io.github.realtime.session;

import java.util.ArrayDeque;
import java.util.Deque;

import io.github.realtime.broker.MemberPage;
import io.github.realtime.broker.PresenceChange;

/**
 * Sends one subscriber who is on a channel: a list, then the changes that are not in it.
 * If a change is missing, or more come than the client reads, it gets a fresh list.
 */
final class PresenceFeed {

	private static final int MAX_HELD = 100;

	private final Subscriber subscriber;

	private final Runnable refresh;

	/** The changes that came while a list is being read. */
	private final Deque<PresenceChange> held = new ArrayDeque<>(0);

	private boolean reading = true;

	private long version;

	/**
	 * Creates a feed for which a list is being read.
	 * @param subscriber gets the list and the changes
	 * @param refresh reads another one, sends it, and begins again
	 */
	PresenceFeed(Subscriber subscriber, Runnable refresh) {
		this.subscriber = subscriber;
		this.refresh = refresh;
	}

	/**
	 * Goes on from a list that was sent.
	 * @param list the list
	 */
	synchronized void begin(MemberPage list) {
		this.reading = false;
		this.version = list.version();
		while (!this.held.isEmpty() && !this.reading) {
			offer(this.held.removeFirst());
		}
	}

	/**
	 * Takes a change.
	 * @param change the change
	 */
	synchronized void offer(PresenceChange change) {
		if (this.reading) {
			if (this.held.size() < MAX_HELD) {
				this.held.addLast(change);
			}
		}
		else if (change.version() > this.version) {
			if (change.version() > this.version + 1) {
				refresh();
			}
			else if (change.clientId().equals(this.subscriber.id())) {
				this.version = change.version();
			}
			else if (this.subscriber.outbound().hasRoomToSpare(change.line())) {
				this.version = change.version();
				this.subscriber.send(change.line());
			}
			else {
				refresh();
			}
		}
	}

	/**
	 * Requests a fresh list if a change did not come that was made a while ago.
	 * @param version the number of the change
	 */
	synchronized void expect(long version) {
		if (!this.reading && this.version < version) {
			refresh();
		}
	}

	/**
	 * Has a list sent that shows the client under its new id, since a client is not sent
	 * the changes about itself.
	 */
	synchronized void renamed() {
		if (!this.reading) {
			refresh();
		}
	}

	private void refresh() {
		this.reading = true;
		this.held.clear();
		this.subscriber.outbound().onDrained(this.refresh);
	}

}
