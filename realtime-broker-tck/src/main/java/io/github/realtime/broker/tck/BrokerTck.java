package io.github.realtime.broker.tck;

import io.github.realtime.broker.Broker;

/**
 * All that a {@link Broker} promises, as tests: extend this class, and all of them run.
 *
 * @since 0.1.0
 * @see BrokerContract#createBroker
 * @see BrokerContract#elapse
 * @see BrokerContract#createAnotherInstance
 */
public abstract class BrokerTck extends InstanceContract {

}
