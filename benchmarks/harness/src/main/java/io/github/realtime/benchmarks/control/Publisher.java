package io.github.realtime.benchmarks.control;

/**
 * How a server sends.
 */
@FunctionalInterface
public interface Publisher {

	/**
	 * Sends a message to all subscribers of a channel.
	 * @param channel the number of the channel, whose name is {@link #name(int)}
	 * @param text the text that the message carries
	 */
	void publish(int channel, String text);

	/**
	 * Changes the state of a channel, where there is such a thing.
	 * @param channel the number of the channel
	 * @param key the key
	 * @param text the new value
	 */
	default void change(int channel, String key, String text) {
		throw new UnsupportedOperationException("No state here");
	}

	/**
	 * Returns once all that was given to {@link #publish(int, String)} has been handed
	 * on, where that does not wait.
	 */
	default void await() {
	}

	/**
	 * Returns the name of a channel.
	 * @param channel its number
	 * @return its name, the same on all servers
	 */
	static String name(int channel) {
		return "c" + channel;
	}

	/**
	 * What a message is: an object with a text, as an application would send one.
	 *
	 * @param text the text
	 */
	record News(String text) {

	}

}
