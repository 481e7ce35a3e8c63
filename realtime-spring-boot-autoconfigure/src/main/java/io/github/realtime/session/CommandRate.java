package io.github.realtime.session;

import java.util.concurrent.TimeUnit;

/**
 * A token bucket for commands. Used by one thread at a time.
 */
final class CommandRate {

	private final double perNano;

	private final int burst;

	private double tokens;

	private int refused;

	private long lastTime;

	CommandRate(int perSecond, int burst, long now) {
		this.perNano = (double) perSecond / TimeUnit.SECONDS.toNanos(1);
		this.burst = burst;
		this.tokens = burst;
		this.lastTime = now;
	}

	/**
	 * Asks for one command.
	 * @param now {@link System#nanoTime()}
	 * @return the verdict
	 */
	Verdict take(long now) {
		this.tokens = Math.min(this.burst, this.tokens + (now - this.lastTime) * this.perNano);
		this.lastTime = now;
		if (this.tokens >= this.burst) {
			this.refused = 0;
		}
		if (this.tokens >= 1) {
			this.tokens--;
			return Verdict.ACCEPTED;
		}
		return (++this.refused > this.burst) ? Verdict.ABUSE : Verdict.REFUSED;
	}

	/**
	 * Tells whether this could be replaced by a new one.
	 * @param now {@link System#nanoTime()}
	 * @return {@code true} if the bucket is full
	 */
	boolean isFull(long now) {
		return this.tokens + (now - this.lastTime) * this.perNano >= this.burst;
	}

	enum Verdict {

		/** The command may be carried out. */
		ACCEPTED,
		/** It may not. */
		REFUSED,
		/** It may not, and the client has been told often enough. */
		ABUSE

	}

}
