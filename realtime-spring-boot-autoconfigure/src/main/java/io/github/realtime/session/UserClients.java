package io.github.realtime.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The clients of each user on this instance. A client is added when it is authenticated,
 * and stays the same user's.
 */
final class UserClients {

	private final ConcurrentMap<String, Set<Client>> users = new ConcurrentHashMap<>();

	void add(Client client) {
		if (!client.name().isEmpty()) {
			this.users.compute(client.name(), (name, clients) -> {
				Set<Client> all = (clients != null) ? clients : ConcurrentHashMap.newKeySet(2);
				all.add(client);
				return all;
			});
		}
	}

	void remove(Client client) {
		this.users.computeIfPresent(client.name(), (name, clients) -> {
			clients.remove(client);
			return clients.isEmpty() ? null : clients;
		});
	}

	Set<Client> of(String user) {
		return this.users.getOrDefault(user, Set.of());
	}

}
