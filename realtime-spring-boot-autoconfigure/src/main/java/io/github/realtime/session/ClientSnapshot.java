package io.github.realtime.session;

import java.security.Principal;
import java.util.Map;
import java.util.Set;

import io.github.realtime.RealtimeClient;
import org.jspecify.annotations.Nullable;

/**
 * A client as it was at one moment, before its id or its channels changed.
 */
record ClientSnapshot(String id, @Nullable Principal principal, Set<String> authorities, Map<String, Object> attributes,
		Set<String> channels) implements RealtimeClient {

	static ClientSnapshot of(RealtimeClient client) {
		return new ClientSnapshot(client.id(), client.principal(), client.authorities(), client.attributes(),
				client.channels());
	}

}
