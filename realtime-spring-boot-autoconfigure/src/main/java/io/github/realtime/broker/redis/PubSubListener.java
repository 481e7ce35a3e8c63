package io.github.realtime.broker.redis;

/**
 * Receives what arrives on pub/sub channels, on a thread that it must not block.
 */
interface PubSubListener {

	/**
	 * Called when listening has begun, and again whenever that had to be repeated, so
	 * that something may have been missed.
	 * @param name the pub/sub channel
	 */
	void onSubscribed(String name);

	/**
	 * Called with a message.
	 * @param name the pub/sub channel
	 * @param message the message
	 */
	void onMessage(String name, byte[] message);

}
