package io.github.realtime.session;

import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Checks clients, some at a time: thousands of pings at the same moment would hold up the
 * messages behind them.
 */
final class StaggeredChecks {

	/** How many calls it takes to check every client. */
	static final int PARTS = 10;

	private static final Log logger = LogFactory.getLog(StaggeredChecks.class);

	private final Collection<Client> clients;

	private Iterator<Client> next = Collections.emptyIterator();

	/**
	 * Creates it.
	 * @param clients the clients, which may change meanwhile
	 */
	StaggeredChecks(Collection<Client> clients) {
		this.clients = clients;
	}

	/**
	 * Checks the next ones.
	 * @param now the time in nanoseconds
	 */
	void checkNext(long now) {
		for (int left = this.clients.size() / PARTS + 1; left > 0 && hasNext(); left--) {
			check(this.next.next(), now);
		}
	}

	private boolean hasNext() {
		if (!this.next.hasNext()) {
			this.next = this.clients.iterator();
		}
		return this.next.hasNext();
	}

	private static void check(Client client, long now) {
		try {
			client.tick(now);
		}
		catch (RuntimeException | Error ex) {
			// The others still have to be checked
			logger.error("Checking a client failed", ex);
		}
	}

}
