package io.github.realtime.support;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Logs errors that clients can cause: one every ten seconds, which says how many there
 * were since the last one.
 */
public final class ThrottledLog {

	private static final Duration PAUSE = Duration.ofSeconds(10);

	private final Log log;

	private final LongSupplier nanoTime;

	private long lastTime;

	/** How many were left out since; -1 before the first. */
	private int leftOut = -1;

	/**
	 * Creates a log.
	 * @param log where the lines go
	 * @param nanoTime the clock, {@link System#nanoTime()} but in tests
	 */
	public ThrottledLog(Log log, LongSupplier nanoTime) {
		this.log = log;
		this.nanoTime = nanoTime;
	}

	/**
	 * Logs an error, or leaves it out.
	 * @param message the message
	 * @param cause the cause, if there is one
	 */
	public void error(String message, @Nullable Throwable cause) {
		int before = leftOutBefore(this.nanoTime.getAsLong());
		if (before >= 0) {
			this.log.error(
					(before == 0) ? message : message + " (and " + before + " more like this since the last one)",
					cause);
		}
	}

	/**
	 * Returns how many were left out before this one, or -1 if it is left out.
	 */
	private synchronized int leftOutBefore(long now) {
		if (this.leftOut >= 0 && now - this.lastTime < PAUSE.toNanos()) {
			this.leftOut++;
			return -1;
		}
		int before = Math.max(this.leftOut, 0);
		this.lastTime = now;
		this.leftOut = 0;
		return before;
	}

}
