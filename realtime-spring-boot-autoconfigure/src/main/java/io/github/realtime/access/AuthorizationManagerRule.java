package io.github.realtime.access;

import java.security.Principal;

import io.github.realtime.RealtimeClient;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;

/**
 * Lets one of Spring Security's authorization managers decide. One that makes no decision
 * denies.
 *
 * @since 0.1.0
 */
public final class AuthorizationManagerRule implements ChannelRule {

	private static final Authentication ANONYMOUS = new AnonymousAuthenticationToken("realtime", "anonymousUser",
			AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));

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
		AuthorizationResult result = this.manager.authorize(() -> authenticationOf(who), channel);
		return result != null && result.isGranted();
	}

	/**
	 * Returns what Spring Security knows a client as.
	 * @param client the client
	 * @return its authentication; an anonymous one if nobody is signed in
	 */
	public static Authentication authenticationOf(RealtimeClient client) {
		Principal principal = client.principal();
		if (principal instanceof Authentication authentication) {
			return authentication;
		}
		return (principal != null) ? UsernamePasswordAuthenticationToken.authenticated(principal, null,
				AuthorityUtils.createAuthorityList(client.authorities())) : ANONYMOUS;
	}

}
