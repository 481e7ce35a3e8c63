package io.github.realtime.access;

import io.github.realtime.RealtimeClient;

import org.springframework.util.Assert;

/**
 * Decides one permission of the channels that a pattern matches.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ChannelRule {

	/**
	 * Decides, on a thread of the web server's. A decision that throws is a refusal.
	 * @param who who asks; its name is empty if it is anonymous
	 * @param channel what it asks for
	 * @return {@code true} to allow it
	 */
	boolean allows(RealtimeClient who, RequestedChannel channel);

	/**
	 * Allows everybody.
	 * @return the rule
	 */
	static ChannelRule permitAll() {
		return (who, channel) -> true;
	}

	/**
	 * Allows nobody.
	 * @return the rule
	 */
	static ChannelRule denyAll() {
		return (who, channel) -> false;
	}

	/**
	 * Allows whoever is not anonymous.
	 * @return the rule
	 */
	static ChannelRule authenticated() {
		return (who, channel) -> who.principal() != null;
	}

	/**
	 * Allows those who have a role.
	 * @param role such as {@code ADMIN}, which the authority {@code ROLE_ADMIN} grants
	 * @return the rule
	 */
	static ChannelRule hasRole(String role) {
		Assert.isTrue(!role.startsWith(RealtimeAuthentication.ROLE_PREFIX),
				() -> "'" + role + "' must not begin with ROLE_, which is added to it");
		return hasAuthority(RealtimeAuthentication.ROLE_PREFIX + role);
	}

	/**
	 * Allows those who were granted an authority.
	 * @param authority such as {@code SCOPE_chat}
	 * @return the rule
	 */
	static ChannelRule hasAuthority(String authority) {
		Assert.hasText(authority, "'authority' must not be empty");
		return (who, channel) -> who.authorities().contains(authority);
	}

}
