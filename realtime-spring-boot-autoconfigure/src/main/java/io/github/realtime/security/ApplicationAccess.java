package io.github.realtime.security;

import java.util.function.BiFunction;

import io.github.realtime.RealtimeClient;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The application's word, from its bean or its configuration. Never throws: a decision
 * that does is a refusal.
 */
public final class ApplicationAccess {

	private static final Log logger = LogFactory.getLog(ApplicationAccess.class);

	private final ChannelAccess access;

	private final BiFunction<String, ChannelPermission, @Nullable Boolean> configuration;

	private final ClientSecurity security;

	/**
	 * Creates an access.
	 * @param access decides first, and again where nothing else does
	 * @param configuration what is configured, {@code null} where nothing is
	 * @param security runs decisions as the client
	 */
	public ApplicationAccess(ChannelAccess access,
			BiFunction<String, ChannelPermission, @Nullable Boolean> configuration, ClientSecurity security) {
		this.access = access;
		this.configuration = configuration;
		this.security = security;
	}

	/**
	 * Decides.
	 * @param client who asks
	 * @param channel the channel, or the name of the action
	 * @param permission what it asks for
	 * @return {@code true} to allow it
	 * @see ChannelAccess#isAllowed
	 */
	public boolean isAllowed(RealtimeClient client, String channel, ChannelPermission permission) {
		try {
			Boolean configured = this.access.decides(channel, permission) ? null
					: this.configuration.apply(channel, permission);
			return (configured != null) ? configured
					: this.security.call(client, () -> this.access.isAllowed(client, channel, permission));
		}
		catch (Exception | Error ex) {
			if (!this.security.isRefusal(ex)) {
				logger.error("The decision " + permission + " for '" + channel + "' failed, which counts as a refusal",
						ex);
			}
			return false;
		}
	}

}
