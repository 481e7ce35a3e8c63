package io.github.realtime.access;

import io.github.realtime.RealtimeClient;

/**
 * Decides who may do what on a channel.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ChannelAccess {

	/**
	 * Decides. A decision that throws is a refusal.
	 * @param client who asks
	 * @param channel the channel, a valid name
	 * @param permission what it asks for
	 * @return {@code true} to allow it
	 */
	boolean isAllowed(RealtimeClient client, String channel, ChannelPermission permission);

	/**
	 * Returns the rule that holds until the application says otherwise: everybody may
	 * subscribe, and nothing else.
	 * @return the rule
	 */
	static ChannelAccess subscribeOnly() {
		return (client, channel, permission) -> permission == ChannelPermission.SUBSCRIBE;
	}

}
