/**
 * What a {@linkplain io.github.realtime.broker.Broker broker} has to do so that instances
 * act as one. SPI: brokers implement it, applications do not call it.
 */
@NullMarked
package io.github.realtime.broker;

import org.jspecify.annotations.NullMarked;
