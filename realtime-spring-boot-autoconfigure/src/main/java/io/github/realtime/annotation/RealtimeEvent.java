package io.github.realtime.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sends every object of the annotated class that is published with an
 * {@link org.springframework.context.ApplicationEventPublisher} to a channel, inside a
 * transaction after commit.
 *
 * <pre>{@code
 * &#64;RealtimeEvent(channel = "post_{postId}")
 * record Voted(long postId, int score) {
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface RealtimeEvent {

	/**
	 * The channel. <code>{name}</code> stands for a property of the object, by record
	 * component, getter or public field; <code>{post.id}</code> for one of a property's.
	 * @return the channel, with or without properties
	 */
	String channel();

}
