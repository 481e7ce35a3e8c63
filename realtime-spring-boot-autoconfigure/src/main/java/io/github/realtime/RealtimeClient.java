package io.github.realtime;

import java.security.Principal;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A browser tab, or any other program, that is connected to this instance.
 *
 * @since 0.1.0
 */
public interface RealtimeClient {

	/**
	 * Returns the id, which stays the same over reconnects of one tab as one user.
	 * @return the id
	 */
	String id();

	/**
	 * Returns who it is.
	 * @return the principal of the handshake or of the token it sent since, or
	 * {@code null} if it is anonymous
	 */
	@Nullable Principal principal();

	/**
	 * Returns the name of the user.
	 * @return the principal's name, or the empty string if it is anonymous
	 */
	default String name() {
		Principal principal = principal();
		return (principal != null) ? principal.getName() : "";
	}

	/**
	 * Returns what it was granted.
	 * @return such as {@code ROLE_ADMIN} or {@code SCOPE_chat}; unmodifiable
	 */
	Set<String> authorities();

	/**
	 * Returns the attributes of the handshake, for the application's use.
	 * @return a live map, safe for use by many threads
	 */
	Map<String, Object> attributes();

	/**
	 * Returns the channels it is subscribed to.
	 * @return a copy
	 */
	Set<String> channels();

}
