package io.github.realtime;

import org.jspecify.annotations.Nullable;

/**
 * Says what the members of a channel see of each other besides client id and user, such
 * as a name to show and a picture. Register one as a bean.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PresenceInfo {

	/**
	 * Describes a client. Called when it subscribes, with the client as the current user.
	 * @param client the client
	 * @param channel the channel
	 * @return any value that Jackson writes as JSON; {@code null} for nothing
	 */
	@Nullable Object of(RealtimeClient client, String channel);

}
