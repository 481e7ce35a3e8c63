package io.github.realtime.session;

import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Looks after all clients, some at a time: what is due for many at once would hold up
 * what is sent meanwhile.
 */
final class StaggeredChecks {

	/** In how many parts a round is made. */
	static final int PARTS = 10;

	private static final Log logger = LogFactory.getLog(StaggeredChecks.class);

	private final Collection<Client> clients;

	private Iterator<Client> round = Collections.emptyIterator();

	/**
	 * Creates it.
	 * @param clients those who are there, which may change meanwhile
	 */
	StaggeredChecks(Collection<Client> clients) {
		this.clients = clients;
	}

	/**
	 * Looks after the next ones.
	 * @param now the time in nanoseconds
	 */
	void goOn(long now) {
		for (int left = this.clients.size() / PARTS + 1; left > 0 && hasNext(); left--) {
			lookAfter(this.round.next(), now);
		}
	}

	private boolean hasNext() {
		if (!this.round.hasNext()) {
			this.round = this.clients.iterator();
		}
		return this.round.hasNext();
	}

	private static void lookAfter(Client client, long now) {
		try {
			client.tick(now);
		}
		catch (RuntimeException | Error ex) {
			// The others still need to be looked after
			logger.error("Looking after a client failed", ex);
		}
	}

}
