package io.github.realtime.security;

import java.security.Principal;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import io.github.realtime.RealtimeClient;
import io.github.realtime.access.AuthorizationManagerRule;
import io.github.realtime.access.RealtimeAuthentication;
import org.jspecify.annotations.Nullable;

import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.concurrent.DelegatingSecurityContextCallable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Spring Security: authorities and expiry come from its {@link Authentication}, and the
 * application's code finds it in the security context.
 */
public final class SpringSecurity implements ClientSecurity {

	private static final boolean OAUTH2 = ClassUtils.isPresent("org.springframework.security.oauth2.core.OAuth2Token",
			SpringSecurity.class.getClassLoader());

	private static final AuthenticationTrustResolver TRUST = new AuthenticationTrustResolverImpl();

	private final SecurityContextHolderStrategy contexts;

	/**
	 * Creates a bridge.
	 * @param contexts where the application looks for the security context
	 */
	public SpringSecurity(SecurityContextHolderStrategy contexts) {
		this.contexts = contexts;
	}

	@Override
	public @Nullable RealtimeAuthentication read(Principal principal) {
		if (!(principal instanceof Authentication authentication) || !StringUtils.hasText(principal.getName())) {
			return ClientSecurity.none().read(principal);
		}
		return TRUST.isAuthenticated(authentication) ? new RealtimeAuthentication(principal,
				authorities(authentication.getAuthorities()), OAUTH2 ? Tokens.expiresAt(authentication) : null) : null;
	}

	private static Set<String> authorities(Collection<? extends GrantedAuthority> granted) {
		return granted.stream()
			.map(GrantedAuthority::getAuthority)
			.filter((authority) -> authority != null)
			.collect(Collectors.toUnmodifiableSet());
	}

	@Override
	public <T> T call(RealtimeClient client, Callable<T> action) throws Exception {
		SecurityContext context = this.contexts.createEmptyContext();
		context.setAuthentication(AuthorizationManagerRule.authenticationOf(client));
		DelegatingSecurityContextCallable<T> call = new DelegatingSecurityContextCallable<>(action, context);
		call.setSecurityContextHolderStrategy(this.contexts);
		return call.call();
	}

	@Override
	public boolean isRefusal(Throwable exception) {
		return exception instanceof AccessDeniedException || (exception instanceof AuthenticationException
				&& !(exception instanceof AuthenticationServiceException));
	}

	/**
	 * What needs spring-security-oauth2-core.
	 */
	private static final class Tokens {

		private static @Nullable Instant expiresAt(Authentication authentication) {
			return (authentication.getCredentials() instanceof OAuth2Token token) ? token.getExpiresAt() : null;
		}

	}

}
