package io.github.realtime.session;

import java.time.Duration;

/**
 * Slows down a client whose tokens are refused, and ends one that goes on with them. Used
 * by one thread at a time.
 */
final class TokenAttempts {

	private static final int MAX_REFUSED = 5;

	/** Doubled with every token that is refused after the first. */
	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private int refused;

	private long notBefore;

	/**
	 * Tells whether another token is checked.
	 * @param now {@link System#nanoTime()}
	 * @return {@code false} if that is too early
	 */
	boolean isDue(long now) {
		return this.refused == 0 || now - this.notBefore >= 0;
	}

	/**
	 * Notes that a token was refused.
	 * @param now {@link System#nanoTime()}
	 * @return {@code true} if it was one too many
	 */
	boolean refused(long now) {
		this.notBefore = now + (FIRST_PAUSE.toNanos() << this.refused);
		this.refused++;
		return this.refused >= MAX_REFUSED;
	}

	/**
	 * Notes that a token was accepted.
	 */
	void accepted() {
		this.refused = 0;
	}

}
