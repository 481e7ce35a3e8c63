package io.github.realtime;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One channel's operations.
 *
 * @since 0.1.0
 * @see RealtimeTemplate#channel(String)
 */
public interface RealtimeChannel {

	/**
	 * Returns the channel's name.
	 * @return the name
	 */
	String name();

	/**
	 * Sends a message to every subscriber. See
	 * {@link RealtimeTemplate#send(String, Object)}.
	 * @param message any value that Jackson writes as JSON, {@code null} included
	 */
	default void send(@Nullable Object message) {
		send(message, SendOptions.defaults());
	}

	/**
	 * Sends a message with options. See
	 * {@link RealtimeTemplate#send(String, Object, SendOptions)}.
	 * @param message any value that Jackson writes as JSON, {@code null} included
	 * @param options the options
	 */
	void send(@Nullable Object message, SendOptions options);

	/**
	 * Makes every open page whose key is this channel fresh. See
	 * {@link RealtimeTemplate#render(String)}.
	 */
	default void render() {
		render(RenderOptions.defaults());
	}

	/**
	 * Makes every open page whose key is this channel fresh, with options. See
	 * {@link RealtimeTemplate#render(String, RenderOptions)}.
	 * @param options the options
	 */
	void render(RenderOptions options);

	/**
	 * Returns the values that belong to the channel.
	 * @return the state; holds nothing open
	 */
	ChannelState state();

	/**
	 * Returns who is on this channel.
	 * @return the presence
	 */
	ChannelPresence presence();

	/**
	 * Reads the newest publications that are still kept.
	 * @param limit how many at most, not negative
	 * @return oldest first
	 * @throws RealtimeUnavailableException if the broker did not answer in time
	 */
	List<Publication> history(int limit);

	/**
	 * Reads where the stream is.
	 * @return the position of the last publication, or the one before the first
	 * @throws RealtimeUnavailableException if the broker did not answer in time
	 */
	Position position();

	/**
	 * Reads where the stream is, for a page: what the page connects starts there. To be
	 * read before the data that the page shows.
	 * @return the position, as HTML
	 * @throws RealtimeUnavailableException if the broker did not answer in time
	 */
	PageCursor cursor();

}
