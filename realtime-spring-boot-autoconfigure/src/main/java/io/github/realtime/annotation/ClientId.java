package io.github.realtime.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.github.realtime.RenderOptions;

/**
 * The id of the client that calls an action or, in a handler method of a controller, of
 * the live page that a request comes from, as a string. In a controller it is
 * {@code null} where a request says nothing of it, and where what it says is another
 * user's.
 *
 * @since 0.1.0
 * @see RenderOptions#exclude(String...)
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface ClientId {

}
