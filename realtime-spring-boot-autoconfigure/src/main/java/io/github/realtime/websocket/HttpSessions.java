package io.github.realtime.websocket;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.session.Client;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import org.jspecify.annotations.Nullable;

/**
 * The clients that are who they are by an HTTP session, and end with it.
 */
public final class HttpSessions implements HttpSessionListener, HttpSessionIdListener {

	/** How many sessions are remembered for handshakes that are under way. */
	private static final int REMEMBERED = 1000;

	private static final String ENDED = "";

	private final Map<String, Set<Client>> clients = new HashMap<>();

	private final Map<Client, String> sessions = new HashMap<>();

	/** What became of sessions: their other ids, or nothing. */
	private final Map<String, String> successors = new Recent<>();

	/** When sessions that go on were logged out, in logouts since the start. */
	private final Map<String, Long> logouts = new Recent<>();

	private long logoutCount;

	/**
	 * Notes a handshake. Called before it is asked for its user.
	 * @param session the session's id
	 * @return names the handshake when its socket is open
	 */
	synchronized Handshake handshake(String session) {
		return new Handshake(session, this.logoutCount);
	}

	/**
	 * Notes a client that has come by a session.
	 * @param client the client
	 * @param handshake its handshake
	 */
	void opened(Client client, Handshake handshake) {
		if (!add(client, handshake)) {
			client.disconnect(CloseCode.UNAUTHENTICATED);
		}
	}

	private synchronized boolean add(Client client, Handshake handshake) {
		String current = handshake.session();
		while (true) {
			if (this.logouts.getOrDefault(current, 0L) > handshake.logoutsBefore()) {
				return false;
			}
			String successor = this.successors.get(current);
			if (successor == null) {
				break;
			}
			current = successor;
		}
		if (current.equals(ENDED)) {
			return false;
		}
		this.clients.computeIfAbsent(current, (id) -> new HashSet<>(2)).add(client);
		this.sessions.put(client, current);
		return true;
	}

	/**
	 * Forgets a client that is gone.
	 * @param client the client
	 */
	synchronized void closed(Client client) {
		String session = this.sessions.remove(client);
		if (session != null) {
			this.clients.computeIfPresent(session, (id, clients) -> {
				clients.remove(client);
				return clients.isEmpty() ? null : clients;
			});
		}
	}

	/**
	 * Closes the clients of a session that goes on, as an anonymous one.
	 * @param session the session's id
	 */
	public void loggedOut(String session) {
		logOut(session).forEach((client) -> client.disconnect(CloseCode.UNAUTHENTICATED));
	}

	private synchronized Set<Client> logOut(String session) {
		this.logoutCount++;
		this.logouts.put(session, this.logoutCount);
		return remove(session, null);
	}

	@Override
	public void sessionDestroyed(HttpSessionEvent event) {
		remove(event.getSession().getId(), ENDED).forEach((client) -> client.disconnect(CloseCode.UNAUTHENTICATED));
	}

	@Override
	public synchronized void sessionIdChanged(HttpSessionEvent event, String oldId) {
		String id = event.getSession().getId();
		Set<Client> moved = remove(oldId, id);
		if (!moved.isEmpty()) {
			// A handshake may have come by the new id already
			this.clients.computeIfAbsent(id, (key) -> new HashSet<>(2)).addAll(moved);
			moved.forEach((client) -> this.sessions.put(client, id));
		}
	}

	private synchronized Set<Client> remove(String session, @Nullable String successor) {
		if (successor != null) {
			this.successors.put(session, successor);
		}
		Set<Client> removed = this.clients.remove(session);
		if (removed == null) {
			return Set.of();
		}
		removed.forEach(this.sessions::remove);
		return removed;
	}

	/**
	 * A handshake by a session.
	 *
	 * @param session the session's id
	 * @param logoutsBefore how many logouts there had been
	 */
	record Handshake(String session, long logoutsBefore) {

	}

	/**
	 * Forgets the oldest entries.
	 *
	 * @param <T> the type of the values
	 */
	private static final class Recent<T> extends LinkedHashMap<String, T> {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
			return size() > REMEMBERED;
		}

	}

}
