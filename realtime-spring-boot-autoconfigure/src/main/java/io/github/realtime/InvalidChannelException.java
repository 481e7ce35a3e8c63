package io.github.realtime;

import io.github.realtime.protocol.ChannelName;

/**
 * A channel name breaks the rule: 1 to 200 of {@code A-Z a-z 0-9 _ - . : / @ % + ~}.
 *
 * @since 0.1.0
 */
public class InvalidChannelException extends RealtimeException {

	private final String channel;

	/**
	 * Creates an exception.
	 * @param channel the name
	 * @param violation what is wrong with it
	 */
	public InvalidChannelException(String channel, String violation) {
		super(violation, null);
		this.channel = channel;
	}

	/**
	 * Checks a channel name.
	 * @param channel the name
	 * @return the name
	 * @throws InvalidChannelException if it is not a channel name
	 */
	public static String requireValid(String channel) {
		String violation = ChannelName.violation(channel);
		if (violation != null) {
			throw new InvalidChannelException(channel, violation);
		}
		return channel;
	}

	/**
	 * Returns the name.
	 * @return the name as it was given
	 */
	public String getChannel() {
		return this.channel;
	}

}
