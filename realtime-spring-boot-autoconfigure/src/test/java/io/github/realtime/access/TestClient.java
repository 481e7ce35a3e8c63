package io.github.realtime.access;

import java.security.Principal;
import java.util.Map;
import java.util.Set;

import io.github.realtime.RealtimeClient;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who asks.
 */
public record TestClient(@Nullable Principal principal, Set<String> authorities) implements RealtimeClient {

	public static final TestClient ANONYMOUS = new TestClient(null, Set.of());

	public static TestClient of(RealtimeAuthentication authentication) {
		return new TestClient(authentication.principal(), authentication.authorities());
	}

	public static TestClient named(String name, String... roles) {
		return of(RealtimeAuthentication.of(name).withRoles(roles));
	}

	@Override
	public String id() {
		return "c1";
	}

	@Override
	public Map<String, Object> attributes() {
		return Map.of();
	}

	@Override
	public Set<String> channels() {
		return Set.of();
	}

}
