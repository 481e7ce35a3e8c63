package io.github.realtime.access;

/**
 * What a client can be allowed on a channel.
 *
 * @since 0.1.0
 */
public enum ChannelPermission {

	/** To receive its publications. */
	SUBSCRIBE,
	/** To send messages. */
	PUBLISH,
	/** To change its state. */
	WRITE,
	/** To see who is there, and to be seen. */
	PRESENCE,
	/** To call an action. What is asked for is then the action's name. */
	CALL

}
