package io.github.realtime.session;

import java.time.Duration;

/**
 * Decides which connection of a client goes on when several have the client's id. Of two
 * that took the client over at the same time it is the one whose message arrived last,
 * which is the same one on all instances.
 */
final class ClientTakeOver {

	/** How long the message about one's own take-over may take to arrive. */
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final String connectionId;

	/**
	 * Until when this connection waits for the message about its own take-over. Messages
	 * of others that arrive before that are older.
	 */
	private volatile long pendingUntil;

	/**
	 * Creates it for a connection that has taken nothing over.
	 * @param connectionId names the connection
	 * @param now the time in nanoseconds
	 */
	ClientTakeOver(String connectionId, long now) {
		this.connectionId = connectionId;
		this.pendingUntil = now;
	}

	/**
	 * Notes that this connection takes a client over and is about to say so.
	 * @param now the time in nanoseconds
	 */
	void begin(long now) {
		this.pendingUntil = now + PATIENCE.toNanos();
	}

	/**
	 * Decides whether this connection is over because another one, or itself, has taken
	 * the client over.
	 * @param connectionId names the one that has
	 * @param now the time in nanoseconds
	 * @return {@code true} if this one is over
	 */
	boolean isOverBy(String connectionId, long now) {
		if (connectionId.equals(this.connectionId)) {
			this.pendingUntil = now;
			return false;
		}
		return this.pendingUntil - now <= 0;
	}

}
