package io.github.realtime;

import io.github.realtime.StateOutcome.Reason;

/**
 * A change of a channel's state that can't be made. Nothing was changed.
 *
 * @since 0.1.0
 */
public class StateRefusedException extends RealtimeException {

	private final Reason reason;

	/**
	 * Creates an exception.
	 * @param channel the channel
	 * @param key the key that the change is refused for
	 * @param reason why
	 */
	public StateRefusedException(String channel, String key, Reason reason) {
		super("The state of channel '" + channel + "' can't be changed: " + words(key, reason), null);
		this.reason = reason;
	}

	/**
	 * Returns why.
	 * @return the reason
	 */
	public Reason reason() {
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

}
