package io.github.realtime.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.github.realtime.RealtimeClient;

/**
 * Lets clients call the annotated method of a bean: {@code call("note.edit", data)}.
 * <p>
 * One parameter takes the payload, converted from JSON and, with {@code @Valid} or
 * constraints of its own, validated. Others may be a {@link java.security.Principal}, a
 * {@link RealtimeClient}, or annotated with {@link ViewKey} or {@link ClientId}. What the
 * method returns, or its {@link java.util.concurrent.CompletableFuture} completes with,
 * is the result as JSON.
 * <p>
 * Every client may call it, unless access rules or the security of the method say
 * otherwise.
 *
 * <pre>{@code
 * &#64;RealtimeAction("note.edit")
 * &#64;RendersView("/note/{id}")
 * void edit(@Valid Edit edit, Principal user) {
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface RealtimeAction {

	/**
	 * The name by which clients call it, unique in the application: 1 to 200 of
	 * {@code A-Z a-z 0-9 _ - . : / @ % + ~}.
	 * @return the name
	 */
	String value();

}
