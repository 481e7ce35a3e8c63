package io.github.realtime.broker.redis;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Listens to pub/sub channels: over one connection, or, where a cluster has sharded
 * pub/sub, over one to each master, on which the channels of its slots are.
 */
final class PubSub implements PubSubLink.Listener {

	private static final Log logger = LogFactory.getLog(RedisBroker.class);

	private static final String ANY_NODE = "";

	private final RedisClients clients;

	private final CommandLink commands;

	private final Keys keys;

	private final String instance;

	private final Threads threads;

	private final Hearer hearer;

	/** By the id of the node. */
	private final Map<String, PubSubLink> links = new HashMap<>();

	/** Where each pub/sub channel is listened to, if it is known yet. */
	private final Map<String, @Nullable PubSubLink> names = new HashMap<>();

	private volatile boolean sharded;

	private boolean rerouting;

	PubSub(RedisClients clients, CommandLink commands, Keys keys, String instance, Threads threads, Hearer hearer) {
		this.clients = clients;
		this.commands = commands;
		this.keys = keys;
		this.instance = instance;
		this.threads = threads;
		this.hearer = hearer;
	}

	/**
	 * Begins to connect. In a cluster this needs to know its nodes.
	 * @param sharded whether what is published stays on the node of its slot
	 */
	synchronized void open(boolean sharded) {
		if (!this.links.isEmpty()) {
			return;
		}
		this.sharded = sharded;
		if (sharded) {
			route();
		}
		else {
			PubSubLink link = open(ANY_NODE,
					this.clients.isCluster() ? this::connectToAnyMaster : () -> this.clients.connectPubSub(null),
					this.keys.probe(this.instance, 0));
			this.names.replaceAll((name, none) -> {
				link.subscribe(name);
				return link;
			});
		}
	}

	private PubSubLink open(String node, Supplier<StatefulRedisPubSubConnection<String, byte[]>> connector,
			String probe) {
		PubSubLink link = new PubSubLink(connector, this.sharded, probe, this, this.commands, this.threads);
		this.links.put(node, link);
		link.open();
		return link;
	}

	boolean isSharded() {
		return this.sharded;
	}

	synchronized void subscribe(String name) {
		PubSubLink link = link(name);
		this.names.put(name, link);
		if (link != null) {
			link.subscribe(name);
		}
	}

	synchronized void unsubscribe(String name) {
		PubSubLink link = this.names.remove(name);
		if (link != null) {
			link.unsubscribe(name);
		}
	}

	private @Nullable PubSubLink link(String name) {
		if (!this.sharded) {
			return this.links.get(ANY_NODE);
		}
		Partitions partitions = this.clients.partitions();
		RedisClusterNode node = (partitions != null) ? partitions.getMasterBySlot(SlotHash.getSlot(name)) : null;
		return (node != null) ? this.links.get(node.getNodeId()) : null;
	}

	/**
	 * Brings connections and subscriptions to where the slots are.
	 */
	private synchronized void route() {
		Partitions partitions = this.clients.partitions();
		if (partitions == null) {
			return;
		}
		Map<String, RedisClusterNode> masters = new HashMap<>();
		partitions.stream()
			.filter((node) -> !node.getSlots().isEmpty())
			.forEach((node) -> masters.put(node.getNodeId(), node));
		masters.forEach((id, node) -> {
			PubSubLink link = this.links.get(id);
			if (link == null) {
				open(id, () -> connectTo(id), probe(node));
			}
			else if (!node.hasSlot(SlotHash.getSlot(link.probe()))) {
				link.setProbe(probe(node));
			}
		});
		this.names.replaceAll((name, before) -> {
			PubSubLink now = link(name);
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
		Iterator<Map.Entry<String, PubSubLink>> links = this.links.entrySet().iterator();
		while (links.hasNext()) {
			Map.Entry<String, PubSubLink> entry = links.next();
			if (!masters.containsKey(entry.getKey())) {
				entry.getValue().close();
				links.remove();
			}
		}
	}

	private String probe(RedisClusterNode node) {
		int number = 0;
		while (!node.hasSlot(SlotHash.getSlot(this.keys.probe(this.instance, number)))) {
			number++;
		}
		return this.keys.probe(this.instance, number);
	}

	private StatefulRedisPubSubConnection<String, byte[]> connectTo(String id) {
		Partitions partitions = this.clients.partitions();
		RedisClusterNode node = (partitions != null) ? partitions.getPartitionByNodeId(id) : null;
		if (node == null) {
			throw new IllegalStateException("The node is no part of the cluster any more");
		}
		return this.clients.connectPubSub(node.getUri());
	}

	private StatefulRedisPubSubConnection<String, byte[]> connectToAnyMaster() {
		Partitions partitions = this.clients.partitions();
		List<RedisClusterNode> masters = (partitions != null)
				? partitions.stream().filter((node) -> !node.getSlots().isEmpty()).toList() : List.of();
		if (masters.isEmpty()) {
			throw new IllegalStateException("The nodes of the cluster are not known");
		}
		return this.clients.connectPubSub(masters.get(ThreadLocalRandom.current().nextInt(masters.size())).getUri());
	}

	/**
	 * Looks whether all connections are alive and at the right place.
	 */
	void tick() {
		List<PubSubLink> links;
		synchronized (this) {
			links = List.copyOf(this.links.values());
		}
		links.forEach(PubSubLink::tick);
		if (this.sharded) {
			if (links.stream().allMatch(PubSubLink::isConnected)) {
				route();
			}
			else {
				reroute();
			}
		}
	}

	/**
	 * Asks the cluster where its slots are, and follows.
	 */
	private void reroute() {
		synchronized (this) {
			if (this.rerouting) {
				return;
			}
			this.rerouting = true;
		}
		this.threads.connectors().execute(() -> {
			try {
				this.clients.refreshPartitions();
				route();
			}
			catch (RuntimeException ex) {
				logger.debug("The cluster did not tell where its slots are", ex);
			}
			finally {
				synchronized (this) {
					this.rerouting = false;
				}
			}
		});
	}

	@Override
	public void subscribed(String name) {
		this.hearer.subscribed(name);
	}

	@Override
	public void heard(String name, byte[] message) {
		this.hearer.heard(name, message);
	}

	@Override
	public void refused(PubSubLink link, List<String> names, @Nullable Throwable reason) {
		if (this.sharded) {
			logger.debug("A node refuses " + names, reason);
			reroute();
		}
		else {
			logger.error("Redis does not let this instance listen to " + names.get(0)
					+ ((names.size() > 1) ? " and " + (names.size() - 1) + " others" : ""), reason);
		}
		this.threads.later(500, () -> retry(link, names));
	}

	private synchronized void retry(PubSubLink link, List<String> names) {
		for (String name : names) {
			if (this.names.get(name) == link) {
				link.subscribe(name);
			}
		}
	}

	synchronized CompletableFuture<Void> close() {
		return CompletableFuture
			.allOf(this.links.values().stream().map(PubSubLink::close).toArray(CompletableFuture[]::new));
	}

	/**
	 * Is told what is heard, on a thread that it must not hold up.
	 */
	interface Hearer {

		/**
		 * Called when listening has begun; again, whenever that had to be repeated, and
		 * something may have been missed.
		 * @param name the pub/sub channel
		 */
		void subscribed(String name);

		/**
		 * Called with a message.
		 * @param name the pub/sub channel
		 * @param message the message
		 */
		void heard(String name, byte[] message);

	}

}
