package io.github.realtime.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.github.realtime.ActionErrorHandler;

/**
 * Tells callers of actions that fail with the annotated exception so: they get this code,
 * and the message of the exception. Of other exceptions they learn no more than that
 * there was one.
 *
 * @since 0.1.0
 * @see ActionErrorHandler
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface ActionErrorCode {

	/**
	 * The code.
	 * @return such as {@code note-locked}
	 */
	String value();

}
