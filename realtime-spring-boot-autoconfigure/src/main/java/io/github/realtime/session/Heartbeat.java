package io.github.realtime.session;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Decides by what a client has sent whether it has to be pinged, and whether it is gone.
 */
final class Heartbeat {

	private final long interval;

	/**
	 * Differs between clients: those that come together are not to be pinged together.
	 */
	private final long pingAfter;

	private volatile long lastReceived;

	private volatile long lastPinged;

	/**
	 * Creates the heartbeat of a client that has just connected.
	 * @param interval after how much silence, at the latest, the client is pinged
	 * @param now the time in nanoseconds
	 */
	Heartbeat(Duration interval, long now) {
		this.interval = interval.toNanos();
		this.pingAfter = this.interval - ThreadLocalRandom.current().nextLong(this.interval / 4 + 1);
		this.lastReceived = now;
		// Earlier, so that a client that never sends anything is pinged, too
		this.lastPinged = now - 1;
	}

	void received(long now) {
		this.lastReceived = now;
	}

	/**
	 * Decides what is due. A ping that is due counts as sent.
	 * @param now the time in nanoseconds
	 * @return the decision
	 */
	Due check(long now) {
		long silent = now - this.lastReceived;
		if (this.lastPinged - this.lastReceived < 0) {
			if (silent < this.pingAfter) {
				return Due.NOTHING;
			}
			this.lastPinged = now;
			return Due.PING;
		}
		// Counted from the ping, too: it may be this server that was held up
		return (silent >= 2 * this.interval && now - this.lastPinged >= this.interval) ? Due.CLOSE : Due.NOTHING;
	}

	enum Due {

		NOTHING, PING, CLOSE

	}

}
