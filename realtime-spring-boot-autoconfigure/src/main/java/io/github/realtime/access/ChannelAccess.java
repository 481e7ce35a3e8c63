package io.github.realtime.access;

import io.github.realtime.RealtimeClient;

/**
 * Decides who may do what on a channel. Usually made with {@link #rules()}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ChannelAccess {

	/**
	 * Decides. A decision that throws is a refusal.
	 * @param client who asks
	 * @param channel the channel, a valid name; for {@link ChannelPermission#CALL} the
	 * name of the action
	 * @param permission what it asks for
	 * @return {@code true} to allow it
	 */
	boolean isAllowed(RealtimeClient client, String channel, ChannelPermission permission);

	/**
	 * Tells whether this decides at all. Where it does not, {@code realtime.channels} may
	 * say something, and only where that is silent, too, {@link #isAllowed} is asked.
	 * @param channel the channel, or the name of the action
	 * @param permission what a client might ask for
	 * @return {@code true} unless configuration may decide
	 */
	default boolean decides(String channel, ChannelPermission permission) {
		return true;
	}

	/**
	 * Begins a list of rules.
	 * @return a builder
	 */
	static ChannelRules rules() {
		return new ChannelRules();
	}

	/**
	 * Returns what holds until the application says otherwise, here or in
	 * {@code realtime.channels}: everybody may subscribe, and nothing else.
	 * @return the rule
	 */
	static ChannelAccess subscribeOnly() {
		return new ChannelAccess() {

			@Override
			public boolean isAllowed(RealtimeClient client, String channel, ChannelPermission permission) {
				return permission == ChannelPermission.SUBSCRIBE;
			}

			@Override
			public boolean decides(String channel, ChannelPermission permission) {
				return false;
			}

		};
	}

}
