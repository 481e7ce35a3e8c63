package io.github.realtime.session;

import java.util.ArrayDeque;
import java.util.Deque;

import io.github.realtime.broker.MemberPage;
import io.github.realtime.broker.PresenceChange;

/**
 * What one subscriber is told of who is on a channel: a list, then the changes that are
 * not in it. Where one of these is missing, or more come than the client reads, it gets a
 * fresh list.
 */
final class PresenceFeed {

	private static final int MAX_HELD = 100;

	private final Client client;

	private final Runnable refresh;

	/** What has changed while a list is being read. */
	private final Deque<PresenceChange> held = new ArrayDeque<>(0);

	private boolean reading = true;

	private long version;

	/**
	 * Creates a watch for which a list is being read.
	 * @param client the client
	 * @param refresh reads another one, sends it, and begins again
	 */
	PresenceFeed(Client client, Runnable refresh) {
		this.client = client;
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
			else if (change.clientId().equals(this.client.id())) {
				this.version = change.version();
			}
			else if (this.client.outbound().hasRoomToSpare(change.line())) {
				this.version = change.version();
				this.client.send(change.line());
			}
			else {
				refresh();
			}
		}
	}

	/**
	 * Looks whether a change did not come that was made a while ago.
	 * @param version the number of the change
	 */
	synchronized void expect(long version) {
		if (!this.reading && this.version < version) {
			refresh();
		}
	}

	/**
	 * Has a list sent that shows the client under the id that it has now: what changes
	 * about itself it is not told.
	 */
	synchronized void renamed() {
		if (!this.reading) {
			refresh();
		}
	}

	private void refresh() {
		this.reading = true;
		this.held.clear();
		this.client.outbound().onDrained(this.refresh);
	}

}
