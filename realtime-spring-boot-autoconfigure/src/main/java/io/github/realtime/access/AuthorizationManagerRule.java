package io.github.realtime.access;

import io.github.realtime.RealtimeClient;

import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;

/**
 * Lets one of Spring Security's authorization managers decide. One that makes no decision
 * denies.
 *
 * @since 0.1.0
 */
public final class AuthorizationManagerRule implements ChannelRule {

	private final AuthorizationManager<? super RequestedChannel> manager;

	private AuthorizationManagerRule(AuthorizationManager<? super RequestedChannel> manager) {
		this.manager = manager;
	}

	/**
	 * Makes a rule of a manager.
	 * @param manager decides
	 * @return the rule
	 */
	public static ChannelRule authorizedBy(AuthorizationManager<? super RequestedChannel> manager) {
		return new AuthorizationManagerRule(manager);
	}

	@Override
	public boolean allows(RealtimeClient who, RequestedChannel channel) {
		AuthorizationResult result = this.manager.authorize(() -> SpringSecurity.authentication(who), channel);
		return result != null && result.isGranted();
	}

}
