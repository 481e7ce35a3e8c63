package io.github.realtime.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sends at the call what the annotated method of a bean sends, or every method of the
 * annotated class, instead of after the commit of a transaction. A send that fails then
 * throws at the call, so that the transaction rolls back and whoever called the method
 * can call it again.
 * <p>
 * Use it on consumers that are called again when they fail: listeners for JMS, Kafka or
 * RabbitMQ, jobs. Without it such a consumer commits first, and a send that fails
 * afterwards is logged and published as
 * {@link io.github.realtime.RealtimeSendFailedEvent}, but nobody calls the consumer
 * again. Since a message may go out twice, send it with an
 * {@linkplain io.github.realtime.SendOptions#idempotencyKey idempotency key}.
 * <p>
 * Transactional event listeners of Spring Modulith send immediately without it, as
 * Modulith calls them again after a failure.
 *
 * @since 0.1.0
 * @see io.github.realtime.RealtimeTemplate#immediately()
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface SendImmediately {

}
