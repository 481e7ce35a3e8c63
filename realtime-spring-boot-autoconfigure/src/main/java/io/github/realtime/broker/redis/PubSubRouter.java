package io.github.realtime.broker.redis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Listens to pub/sub channels: over one connection, or, where a cluster has sharded
 * pub/sub, over one to each master, on which the channels of its slots are.
 */
final class PubSubRouter implements PubSubConnection.Listener {

	private static final Log logger = LogFactory.getLog(RedisLog.CATEGORY);

	private static final String ANY_NODE = "any";

	private final RedisTopology topology;

	private final CommandRouter commands;

	private final IntFunction<String> probes;

	private final RedisExecutors executors;

	private final PubSubListener listener;

	/** By the id of the node. */
	private final Map<String, PubSubConnection> connections = new HashMap<>();

	/** Where each pub/sub channel is listened to, if it is known yet. */
	private final Map<String, @Nullable PubSubConnection> names = new HashMap<>();

	private boolean sharded;

	private int turn = ThreadLocalRandom.current().nextInt(100);

	/**
	 * Creates it without a connection.
	 * @param topology knows which node has which pub/sub channel
	 * @param commands sends messages to itself
	 * @param probes names the pub/sub channels for messages to itself
	 * @param executors connect and subscribe
	 * @param listener receives what arrives
	 */
	PubSubRouter(RedisTopology topology, CommandRouter commands, IntFunction<String> probes, RedisExecutors executors,
			PubSubListener listener) {
		this.topology = topology;
		this.commands = commands;
		this.probes = probes;
		this.executors = executors;
		this.listener = listener;
	}

	synchronized void subscribe(String name) {
		PubSubConnection connection = connection(name);
		this.names.put(name, connection);
		if (connection != null) {
			connection.subscribe(name);
		}
	}

	synchronized void unsubscribe(String name) {
		PubSubConnection connection = this.names.remove(name);
		if (connection != null) {
			connection.unsubscribe(name);
		}
	}

	private @Nullable PubSubConnection connection(String name) {
		String node = this.sharded ? this.topology.of(name) : ANY_NODE;
		return (node != null) ? this.connections.get(node) : null;
	}

	/**
	 * Moves connections and subscriptions to the nodes that have the slots. Begins anew
	 * if publications travel another way than before.
	 * @param sharded whether publications stay on the node of their slot
	 */
	synchronized void route(boolean sharded) {
		if (this.sharded != sharded) {
			this.sharded = sharded;
			this.connections.values().forEach(PubSubConnection::close);
			this.connections.clear();
		}
		Set<String> ids = this.sharded ? this.topology.ids() : Set.of(ANY_NODE);
		for (String id : ids) {
			PubSubConnection connection = this.connections.get(id);
			if (connection == null) {
				this.connections.put(id, open(this.sharded ? () -> id : this::anyNode));
			}
			else {
				connection.keepProbe();
			}
		}
		this.names.replaceAll((name, before) -> {
			PubSubConnection now = connection(name);
			if (now != before) {
				if (before != null) {
					before.unsubscribe(name);
				}
				if (now != null) {
					now.subscribe(name);
				}
			}
			return now;
		});
		this.connections.entrySet().removeIf((entry) -> {
			boolean gone = !ids.contains(entry.getKey());
			if (gone) {
				entry.getValue().close();
			}
			return gone;
		});
	}

	private PubSubConnection open(Supplier<String> node) {
		PubSubConnection connection = new PubSubConnection(this.topology, node, this.sharded, this.probes, this,
				this.commands, this.executors);
		connection.open();
		return connection;
	}

	/**
	 * Takes turns, so that another node is tried after one that hangs.
	 */
	private synchronized String anyNode() {
		List<String> ids = this.topology.ids().stream().sorted().toList();
		Assert.state(!ids.isEmpty(), "The nodes of the cluster are not known");
		this.turn++;
		return ids.get(this.turn % ids.size());
	}

	synchronized boolean areConnected() {
		return this.connections.values().stream().allMatch(PubSubConnection::isConnected);
	}

	/**
	 * Checks whether all connections are alive.
	 */
	void tick() {
		List<PubSubConnection> all;
		synchronized (this) {
			all = List.copyOf(this.connections.values());
		}
		all.forEach(PubSubConnection::tick);
	}

	@Override
	public void onSubscribed(String name) {
		this.listener.onSubscribed(name);
	}

	@Override
	public void onMessage(String name, byte[] message) {
		this.listener.onMessage(name, message);
	}

	@Override
	public void onRefused(PubSubConnection connection, List<String> names, @Nullable Throwable reason) {
		if (this.topology.isCluster()) {
			logger.debug("A node refuses " + names, reason);
			this.topology.refresh();
		}
		else {
			logger.error("Redis does not let this instance listen to " + names.get(0)
					+ ((names.size() > 1) ? " and " + (names.size() - 1) + " others" : ""), reason);
		}
		this.executors.later(500, () -> retry(connection, names));
	}

	private synchronized void retry(PubSubConnection connection, List<String> names) {
		for (String name : names) {
			if (this.names.get(name) == connection || connection.isProbe(name)) {
				connection.subscribe(name);
			}
		}
	}

	synchronized CompletableFuture<Void> close() {
		return CompletableFuture
			.allOf(this.connections.values().stream().map(PubSubConnection::close).toArray(CompletableFuture[]::new));
	}

}
