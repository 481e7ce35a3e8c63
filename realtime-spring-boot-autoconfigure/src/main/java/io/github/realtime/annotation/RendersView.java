package io.github.realtime.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.github.realtime.RealtimeTemplate;

/**
 * Makes the open pages of a key fresh when the annotated action, or handler method of a
 * controller, has succeeded. One that throws, or answers with a status of 400 or more,
 * changes no page.
 *
 * @since 0.1.0
 * @see RealtimeTemplate#render(String)
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface RendersView {

	/**
	 * The keys. <code>{name}</code> stands, in an action, for a parameter or a property
	 * of the payload; in a controller for a path variable, an attribute of the model or a
	 * parameter of the request. <code>{note.id}</code> is a property of what that is.
	 * @return such as <code>/note/{id}</code>
	 */
	String[] value();

}
