package io.github.realtime.session;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.broker.Broker;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.InstanceMessage.TakeOver;
import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The clients that are connected to this instance, by their ids and their users.
 */
final class HubClients implements Client.Listener {

	private static final Duration MIN_RECONNECT_SPREAD = Duration.ofSeconds(1);

	private static final Duration MAX_RECONNECT_SPREAD = Duration.ofSeconds(20);

	private final Broker broker;

	private final SessionLimits limits;

	private final HubSubscriptions subscriptions;

	private final ConcurrentMap<String, Client> clients = new ConcurrentHashMap<>();

	private final UserClients users = new UserClients();

	/** Clients whose end is decided and whose connection is not yet gone. */
	private final Set<Client> leaving = ConcurrentHashMap.newKeySet();

	private final AtomicInteger count = new AtomicInteger();

	/**
	 * Creates it without a client.
	 * @param broker tells other instances which clients came back here
	 * @param limits how many clients there may be
	 * @param subscriptions where the subscriptions of a client are ended with it
	 */
	HubClients(Broker broker, SessionLimits limits, HubSubscriptions subscriptions) {
		this.broker = broker;
		this.limits = limits;
		this.subscriptions = subscriptions;
	}

	int count() {
		return this.count.get();
	}

	boolean hasRoom() {
		return this.limits.clients() == 0 || this.count.get() < this.limits.clients();
	}

	/**
	 * Adds a client, even if there is no room for it: it is counted until it is gone.
	 * @param client the client
	 * @return {@code false} if there is no room
	 */
	boolean add(Client client) {
		int count = this.count.incrementAndGet();
		this.clients.put(client.id(), client);
		identified(client);
		return this.limits.clients() == 0 || count <= this.limits.clients();
	}

	/**
	 * Notes which user a client is.
	 * @param client the client
	 */
	void identified(Client client) {
		this.users.add(client);
		if (client.isGone()) {
			this.users.remove(client);
		}
	}

	/**
	 * Refuses a client of a user that has too many here.
	 * @param client the client
	 * @return {@code false} if it is refused
	 */
	boolean admits(Client client) {
		int limit = this.limits.clientsPerUser();
		if (limit == 0 || this.users.of(client.name()).size() <= limit) {
			return true;
		}
		client.reply(new Frame.Error(null, ErrorCode.LIMIT_EXCEEDED, "A user may have " + limit + " clients here"));
		client.disconnect(CloseCode.TRY_AGAIN_LATER);
		return false;
	}

	/**
	 * Gives a client its earlier id, and ends an older connection that has it.
	 * @param client the client
	 * @param id the id
	 */
	void resume(Client client, String id) {
		this.clients.remove(client.id(), client);
		client.takeOver(id);
		Client older = this.clients.put(id, client);
		if (older != null) {
			older.disconnect(CloseCode.TAKEN_OVER);
		}
		if (client.isGone()) {
			this.clients.remove(id, client);
		}
		this.broker.tell(new TakeOver(id, client.subscriber().connectionId()));
	}

	@Nullable Client get(String id) {
		return this.clients.get(id);
	}

	Set<Client> ofUser(String user) {
		return this.users.of(user);
	}

	Collection<Client> find(InstanceMessage.Clients wanted) {
		String user = wanted.user();
		if (user != null) {
			return ofUser(user);
		}
		String id = wanted.id();
		Client client = (id != null) ? get(id) : null;
		return (client != null) ? Set.of(client) : Set.of();
	}

	/**
	 * Returns the clients whose end is not decided.
	 * @return a live view
	 */
	Collection<Client> connected() {
		return this.clients.values();
	}

	/**
	 * Returns the clients whose end is decided and whose connection is not yet gone.
	 * @return a live view
	 */
	Collection<Client> leaving() {
		return this.leaving;
	}

	@Override
	public void left(Client client) {
		if (!client.lifecycle().markGone()) {
			return;
		}
		this.leaving.add(client);
		this.clients.remove(client.id(), client);
		this.users.remove(client);
		this.count.decrementAndGet();
		this.subscriptions.endAll(client);
		client.lifecycle().takeLeave();
	}

	@Override
	public void closed(Client client) {
		this.leaving.remove(client);
	}

	/**
	 * Closes all clients, with delays that spread their return over time.
	 */
	void sayGoodbye() {
		long spread = Math.max(MIN_RECONNECT_SPREAD.toMillis(),
				Math.min(2L * this.clients.size(), MAX_RECONNECT_SPREAD.toMillis()));
		for (Client client : this.clients.values()) {
			client.reply(new Frame.Goodbye(ThreadLocalRandom.current().nextLong(spread)));
			client.disconnect(CloseCode.RESTART);
		}
	}

	/**
	 * Waits until the clients that are leaving are gone, and cuts those that are not.
	 * @param patience how long to wait
	 * @throws InterruptedException if interrupted
	 */
	void awaitGone(Duration patience) throws InterruptedException {
		// Not the hub's clock, which may stand still in tests
		long deadline = System.nanoTime() + patience.toNanos();
		while (!this.leaving.isEmpty() && System.nanoTime() < deadline) {
			Thread.sleep(10);
		}
		this.leaving.forEach(Client::abort);
	}

}
