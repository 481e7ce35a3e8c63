package io.github.realtime.websocket;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs a test class with each {@link BrokerKind}: with one instance by itself, and with
 * several that share a Redis.
 *
 * @see RealtimeServer#sharing
 * @see RealtimeServer#another
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass
@EnumSource(BrokerKind.class)
@interface EachBroker {

}
