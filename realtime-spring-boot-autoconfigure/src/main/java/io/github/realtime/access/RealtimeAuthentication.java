package io.github.realtime.access;

import java.security.Principal;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Who a client is, what it was granted, and for how long.
 *
 * @param principal the user; its name is not empty
 * @param authorities what it was granted, such as {@code ROLE_ADMIN}
 * @param expiresAt when it ends, or {@code null} for never
 * @since 0.1.0
 */
public record RealtimeAuthentication(Principal principal, Set<String> authorities, @Nullable Instant expiresAt) {

	static final String ROLE_PREFIX = "ROLE_";

	/**
	 * Creates an authentication.
	 * @throws IllegalArgumentException if the user has no name
	 */
	public RealtimeAuthentication {
		Assert.hasText(principal.getName(), "a user must have a name");
		authorities = Set.copyOf(authorities);
	}

	/**
	 * Begins with the name of a user that was granted nothing.
	 * @param user the name
	 * @return an authentication without end
	 */
	public static RealtimeAuthentication of(String user) {
		return of(new User(user));
	}

	/**
	 * Begins with a user that was granted nothing.
	 * @param principal what rules and actions get as principal
	 * @return an authentication without end
	 */
	public static RealtimeAuthentication of(Principal principal) {
		return new RealtimeAuthentication(principal, Set.of(), null);
	}

	/**
	 * Adds roles.
	 * @param roles such as {@code ADMIN}
	 * @return a copy
	 */
	public RealtimeAuthentication withRoles(String... roles) {
		return withAuthorities(Stream.of(roles).map(ROLE_PREFIX::concat).toArray(String[]::new));
	}

	/**
	 * Adds authorities.
	 * @param authorities such as {@code SCOPE_chat}
	 * @return a copy
	 */
	public RealtimeAuthentication withAuthorities(String... authorities) {
		Set<String> all = new LinkedHashSet<>(this.authorities);
		all.addAll(List.of(authorities));
		return new RealtimeAuthentication(this.principal, all, this.expiresAt);
	}

	/**
	 * Says when it ends.
	 * @param expiresAt when, or {@code null} for never
	 * @return a copy
	 */
	public RealtimeAuthentication until(@Nullable Instant expiresAt) {
		return new RealtimeAuthentication(this.principal, this.authorities, expiresAt);
	}

	private record User(String getName) implements Principal {

	}

}
