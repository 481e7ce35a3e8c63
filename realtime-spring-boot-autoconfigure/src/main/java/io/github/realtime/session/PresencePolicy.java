package io.github.realtime.session;

import io.github.realtime.PresenceInfo;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.protocol.Line;
import io.github.realtime.security.ClientSecurity;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Decides who sees whom on a channel, and what.
 */
public final class PresencePolicy {

	private static final Log logger = LogFactory.getLog(PresencePolicy.class);

	private final ChannelAccess access;

	private final MemberFactory members;

	private final ClientSecurity security;

	/**
	 * Creates a policy.
	 * @param access decides who sees and is seen
	 * @param info what the application says about members
	 * @param mapper writes that as JSON
	 * @param size the largest, in bytes of JSON
	 * @param security runs the application's code as the client
	 */
	public PresencePolicy(ChannelAccess access, PresenceInfo info, JsonMapper mapper, long size,
			ClientSecurity security) {
		this.access = access;
		this.members = new MemberFactory(info, mapper, size);
		this.security = security;
	}

	/**
	 * Decides about a client.
	 * @param client the client
	 * @param channel the channel
	 * @return the member that it is, as JSON; {@code null} if it neither sees nor is seen
	 */
	@Nullable Line member(Client client, String channel) {
		if (!this.access.isAllowed(client, channel, ChannelPermission.PRESENCE)) {
			return null;
		}
		try {
			return this.security.call(client, () -> this.members.of(client, channel));
		}
		catch (Exception ex) {
			logger.error("Describing a member of channel '" + channel + "' failed, so it is none", ex);
			return null;
		}
	}

}
