package io.github.realtime.access;

/**
 * What a client can be allowed on a channel.
 *
 * @since 0.1.0
 */
public enum ChannelPermission {

	/** To receive its publications. */
	SUBSCRIBE

}
