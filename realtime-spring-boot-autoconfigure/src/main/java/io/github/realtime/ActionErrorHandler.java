package io.github.realtime;

import org.jspecify.annotations.Nullable;

/**
 * Says what callers of actions learn of an exception. Every bean of this type is asked,
 * in order, until one answers.
 *
 * @since 0.1.0
 * @see io.github.realtime.annotation.ActionErrorCode
 */
@FunctionalInterface
public interface ActionErrorHandler {

	/**
	 * Makes an error of an exception.
	 * @param exception what an action threw
	 * @param client who called it
	 * @return what the client is told, or {@code null} to say nothing
	 */
	@Nullable ActionError handle(Throwable exception, RealtimeClient client);

	/**
	 * What a client is told.
	 *
	 * @param code such as {@code note-locked}
	 * @param message for people
	 */
	record ActionError(String code, String message) {

	}

}
