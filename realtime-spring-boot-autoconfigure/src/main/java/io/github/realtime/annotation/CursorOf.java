package io.github.realtime.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.github.realtime.PageCursor;

/**
 * Reads where channels are before the annotated handler method of a controller is called,
 * and with that before the data that its page shows. The page writes what was read: with
 * {@code rt:channel} and {@code rt:state} in Thymeleaf, in any engine as the model's
 * attribute {@code realtime}, which must not be escaped. If the broker does not answer
 * the page is rendered all the same, and told later that it may have missed something.
 *
 * @since 0.1.0
 * @see PageCursor
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface CursorOf {

	/**
	 * The channels whose messages or renderings the page follows. <code>{name}</code>
	 * stands for a path variable or a parameter of the request, without which nothing is
	 * read; in a name that begins with {@code /}, the key of a view, it is encoded as one
	 * segment.
	 * @return such as <code>post_{id}</code>
	 */
	String[] value() default {};

	/**
	 * The channels whose state the page is rendered with, besides.
	 * @return such as <code>board_{id}</code>
	 */
	String[] state() default {};

}
