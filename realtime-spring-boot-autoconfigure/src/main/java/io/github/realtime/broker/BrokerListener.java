package io.github.realtime.broker;

import io.github.realtime.Position;
import io.github.realtime.Publication;

/**
 * What a broker tells an instance. Nothing here may block.
 *
 * @since 0.1.0
 * @see Broker#listen(BrokerListener)
 */
@FunctionalInterface
public interface BrokerListener {

	/**
	 * Called with the publications of a channel that the instance listens to, in the
	 * order of their offsets, one at a time; with those of different channels at the same
	 * time, maybe.
	 * @param publication the publication
	 */
	void onPublication(Publication publication);

	/**
	 * Called in place of publications that can't be had any more, between those before
	 * and those after.
	 * @param channel the channel
	 * @param top the position from which publications come again; maybe of another epoch
	 */
	default void onGap(String channel, Position top) {
	}

	/**
	 * Called with each change of who is on a channel that the instance listens to, in
	 * their order. Some may be lost; the numbers tell.
	 * @param change the change
	 */
	default void onPresence(PresenceChange change) {
	}

	/**
	 * Called on one instance when the first instance has clients on a channel.
	 * @param channel the channel
	 * @see OccupancyBroker#occupy
	 */
	default void onOccupied(String channel) {
	}

	/**
	 * Called on one instance when no instance has clients on a channel any more.
	 * @param channel the channel
	 * @see OccupancyBroker#vacate
	 */
	default void onVacated(String channel) {
	}

	/**
	 * Called with what an instance has told all instances, this one included: in the same
	 * order on all of them.
	 * @param message what it told
	 */
	default void onInstanceMessage(InstanceMessage message) {
	}

}
