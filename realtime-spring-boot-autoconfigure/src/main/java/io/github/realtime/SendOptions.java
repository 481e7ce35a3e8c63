package io.github.realtime;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * How one message is sent. Immutable: every method returns a copy.
 *
 * @since 0.1.0
 */
public final class SendOptions {

	private static final int MAX_KEY_LENGTH = 200;

	private static final SendOptions DEFAULTS = new SendOptions(null, null, false);

	private final @Nullable String excluded;

	private final @Nullable String idempotencyKey;

	private final boolean immediate;

	private SendOptions(@Nullable String excluded, @Nullable String idempotencyKey, boolean immediate) {
		this.excluded = excluded;
		this.idempotencyKey = idempotencyKey;
		this.immediate = immediate;
	}

	/**
	 * Returns the options that {@code send(channel, message)} uses: to every subscriber,
	 * and after commit inside a transaction.
	 * @return the options to build on
	 */
	public static SendOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Withholds the message from one client, usually the one that caused it. The message
	 * is numbered all the same.
	 * @param clientId the client's id
	 * @return the options with that
	 */
	public SendOptions exclude(String clientId) {
		Assert.hasText(clientId, "'clientId' must not be empty");
		return new SendOptions(clientId, this.idempotencyKey, this.immediate);
	}

	/**
	 * Names the intent, so that sending again is safe: within 5 minutes a channel
	 * publishes one message of a key.
	 * @param key 1 to 200 characters, unique per intent
	 * @return the options with that
	 */
	public SendOptions idempotencyKey(String key) {
		Assert.isTrue(!key.isEmpty() && key.length() <= MAX_KEY_LENGTH,
				() -> "'key' must have 1 to " + MAX_KEY_LENGTH + " characters");
		return new SendOptions(this.excluded, key, this.immediate);
	}

	/**
	 * Sends at once, even inside a transaction that may still roll back.
	 * @return the options with that
	 */
	public SendOptions immediately() {
		return new SendOptions(this.excluded, this.idempotencyKey, true);
	}

	/**
	 * Returns the client that does not get the message.
	 * @return its id, or {@code null} if every subscriber gets it
	 */
	public @Nullable String excluded() {
		return this.excluded;
	}

	/**
	 * Returns the idempotency key.
	 * @return the key, or {@code null} if there is none
	 */
	public @Nullable String idempotencyKey() {
		return this.idempotencyKey;
	}

	/**
	 * Tells whether the message is sent without waiting for a commit.
	 * @return {@code true} if it does not wait
	 */
	public boolean isImmediate() {
		return this.immediate;
	}

}
