package io.github.realtime.broker;

/**
 * The part of a {@link Broker} that knows whether any instance has clients on a channel.
 *
 * @since 0.1.0
 */
public interface OccupancyBroker {

	/**
	 * Notes that this instance has clients on a channel. Where none had, one instance is
	 * told: {@link BrokerListener#onOccupied}.
	 * @param channel the channel
	 */
	void occupy(String channel);

	/**
	 * Has this instance be told of the channels of others that are not heard of any more,
	 * though it has no clients itself.
	 */
	default void standBy() {
	}

	/**
	 * Notes that this instance has no clients on a channel any more. Where none has, one
	 * instance is told: {@link BrokerListener#onVacated}. The same happens when an
	 * instance is not heard of any more.
	 * @param channel the channel
	 */
	void vacate(String channel);

}
