package io.github.realtime.session;

import java.util.List;

import io.github.realtime.access.ChannelAccess;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.core.StateHandlers;
import io.github.realtime.core.StateLoader;
import io.github.realtime.security.ClientSecurity;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keys of which the application says nothing.
 */
final class PlainKeys {

	private PlainKeys() {
	}

	static StateKeys create() {
		StateHandlers none = new StateHandlers(List.of(), JsonMapper.builder().build(), 1024);
		return new StateKeys(none, new StateLoader(new MemoryBroker((channel) -> null), none), ClientSecurity.none());
	}

	static PresencePolicy presence() {
		return new PresencePolicy(ChannelAccess.subscribeOnly(), (client, channel) -> null,
				JsonMapper.builder().build(), 1024, ClientSecurity.none());
	}

}
