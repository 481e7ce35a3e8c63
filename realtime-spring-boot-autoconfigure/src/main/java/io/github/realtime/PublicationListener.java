package io.github.realtime;

/**
 * Gets the publications of the channels that an instance listens to.
 *
 * @since 0.1.0
 * @see Broker#subscribe(String)
 */
@FunctionalInterface
public interface PublicationListener {

	/**
	 * Called with one channel's publications in the order of their offsets, one at a
	 * time; with those of different channels at the same time, maybe. Must not block.
	 * @param publication the publication
	 */
	void onPublication(Publication publication);

}
