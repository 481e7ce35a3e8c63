package io.github.realtime;

import io.github.realtime.protocol.StateKey;

/**
 * A change of a channel's state that can't be made. Nothing was changed.
 *
 * @since 0.1.0
 */
public class StateRefusedException extends RealtimeException {

	private final String channel;

	private final String key;

	private final Reason reason;

	/**
	 * Creates an exception.
	 * @param channel the channel
	 * @param key the key that the change is refused for
	 * @param reason why
	 */
	public StateRefusedException(String channel, String key, Reason reason) {
		super("The state of channel '" + channel + "' can't be changed: " + words(StateKey.printable(key), reason),
				null);
		this.channel = channel;
		this.key = key;
		this.reason = reason;
	}

	/**
	 * Returns the channel.
	 * @return the channel's name
	 */
	public String getChannel() {
		return this.channel;
	}

	/**
	 * Returns the key that the change is refused for.
	 * @return the key
	 */
	public String getKey() {
		return this.key;
	}

	/**
	 * Returns why.
	 * @return the reason
	 */
	public Reason getReason() {
		return this.reason;
	}

	private static String words(String key, Reason reason) {
		return switch (reason) {
			case NOT_A_NUMBER -> "what is at '" + key + "' is no number, or would not stay one";
			case NOT_WHOLE -> "what is at '" + key + "' is no whole number, or would not stay below 2^53";
			case TOO_LARGE -> "it would be larger than realtime.limits.state-size";
			case TOO_MANY_KEYS -> "it would have more keys than realtime.limits.state-keys";
		};
	}

	/**
	 * Why a change can't be made.
	 */
	public enum Reason {

		/** An increment of what is no number, or with a result that is none. */
		NOT_A_NUMBER,
		/**
		 * A whole increment of or by what is not whole, or with a result of
		 * 2<sup>53</sup> or more.
		 */
		NOT_WHOLE,
		/** The state would be larger than allowed. */
		TOO_LARGE,
		/** The state would have more keys than allowed. */
		TOO_MANY_KEYS

	}

}
