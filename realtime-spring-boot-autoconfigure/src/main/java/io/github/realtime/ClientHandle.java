package io.github.realtime;

/**
 * One client, or all clients of one user, on whichever instances they are. Nobody need be
 * there.
 * <p>
 * All methods throw {@link RealtimeUnavailableException} if the instances could not be
 * told.
 *
 * @since 0.1.0
 * @see RealtimeTemplate#client(String)
 * @see RealtimeTemplate#user(String)
 */
public interface ClientHandle {

	/**
	 * Closes the sockets, with code 4403: the browser client does not come back by
	 * itself.
	 * @param reason why, which the page gets; at most 123 bytes of UTF-8
	 * @throws IllegalArgumentException if the reason is too long
	 */
	void disconnect(String reason);

	/**
	 * Ends the subscriptions to a channel, of which the page is told as
	 * {@code forbidden}. Whether it may subscribe again is for the access rules to say.
	 * @param channel the channel
	 * @throws InvalidChannelException if the name is not a channel name
	 */
	void unsubscribe(String channel);

}
