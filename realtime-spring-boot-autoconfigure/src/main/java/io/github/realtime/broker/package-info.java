/**
 * What a {@linkplain io.github.realtime.broker.Broker broker} has to do so that instances
 * act as one. SPI: a broker implements {@code Broker} and the interfaces that it extends,
 * calls {@code BrokerListener}, and takes and returns the other types. Applications do
 * not use this package. The tests of {@code realtime-broker-tck} hold a broker to its
 * promises.
 */
@NullMarked
package io.github.realtime.broker;

import org.jspecify.annotations.NullMarked;
