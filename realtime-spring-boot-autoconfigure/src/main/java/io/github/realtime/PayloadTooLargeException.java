package io.github.realtime;

/**
 * A value is larger, as JSON, than {@code realtime.limits.message-size}. Nothing was
 * published.
 *
 * @since 0.1.0
 */
public class PayloadTooLargeException extends RealtimeException {

	private final long size;

	private final long limit;

	/**
	 * Creates an exception.
	 * @param channel the channel
	 * @param size the size of the JSON in bytes
	 * @param limit the size allowed in bytes
	 */
	public PayloadTooLargeException(String channel, long size, long limit) {
		super("The message for channel '" + channel + "' has " + size + " bytes of JSON, more than the " + limit
				+ " that realtime.limits.message-size allows", null);
		this.size = size;
		this.limit = limit;
	}

	/**
	 * Returns how large the value is.
	 * @return the bytes of its JSON
	 */
	public long getSize() {
		return this.size;
	}

	/**
	 * Returns how large a value may be.
	 * @return the limit in bytes
	 */
	public long getLimit() {
		return this.limit;
	}

}
