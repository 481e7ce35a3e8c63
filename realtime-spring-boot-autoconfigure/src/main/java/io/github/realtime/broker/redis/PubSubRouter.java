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

	private static final Log logger = LogFactory.getLog(RedisBroker.class);

	private static final String ANY_NODE = "any";

	private final RedisTopology nodes;

	private final CommandRouter commands;

	private final IntFunction<String> probes;

	private final RedisExecutors threads;

	private final Hearer hearer;

	/** By the id of the node. */
	private final Map<String, PubSubConnection> links = new HashMap<>();

	/** Where each pub/sub channel is listened to, if it is known yet. */
	private final Map<String, @Nullable PubSubConnection> names = new HashMap<>();

	private boolean sharded;

	private int turn = ThreadLocalRandom.current().nextInt(100);

	/**
	 * Creates it without a connection.
	 * @param nodes tells where pub/sub channels are
	 * @param commands where it sends messages to itself
	 * @param probes names the pub/sub channels on which it hears itself
	 * @param threads where it connects and subscribes
	 * @param hearer is told what it hears
	 */
	PubSubRouter(RedisTopology nodes, CommandRouter commands, IntFunction<String> probes, RedisExecutors threads,
			Hearer hearer) {
		this.nodes = nodes;
		this.commands = commands;
		this.probes = probes;
		this.threads = threads;
		this.hearer = hearer;
	}

	synchronized void subscribe(String name) {
		PubSubConnection link = link(name);
		this.names.put(name, link);
		if (link != null) {
			link.subscribe(name);
		}
	}

	synchronized void unsubscribe(String name) {
		PubSubConnection link = this.names.remove(name);
		if (link != null) {
			link.unsubscribe(name);
		}
	}

	private @Nullable PubSubConnection link(String name) {
		String node = this.sharded ? this.nodes.of(name) : ANY_NODE;
		return (node != null) ? this.links.get(node) : null;
	}

	/**
	 * Brings connections and subscriptions to where the slots are. Begins anew if what is
	 * published goes another way than before.
	 * @param sharded whether what is published stays on the node of its slot
	 */
	synchronized void route(boolean sharded) {
		if (this.sharded != sharded) {
			this.sharded = sharded;
			this.links.values().forEach(PubSubConnection::close);
			this.links.clear();
		}
		Set<String> ids = this.sharded ? this.nodes.ids() : Set.of(ANY_NODE);
		for (String id : ids) {
			PubSubConnection link = this.links.get(id);
			if (link == null) {
				this.links.put(id, open(this.sharded ? () -> id : this::anyNode));
			}
			else {
				link.keepProbe();
			}
		}
		this.names.replaceAll((name, before) -> {
			PubSubConnection now = link(name);
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
		this.links.entrySet().removeIf((entry) -> {
			boolean gone = !ids.contains(entry.getKey());
			if (gone) {
				entry.getValue().close();
			}
			return gone;
		});
	}

	private PubSubConnection open(Supplier<String> node) {
		PubSubConnection link = new PubSubConnection(this.nodes, node, this.sharded, this.probes, this, this.commands,
				this.threads);
		link.open();
		return link;
	}

	/**
	 * Takes turns, so that one that hangs is followed by another one.
	 */
	private synchronized String anyNode() {
		List<String> ids = this.nodes.ids().stream().sorted().toList();
		Assert.state(!ids.isEmpty(), "The nodes of the cluster are not known");
		this.turn++;
		return ids.get(this.turn % ids.size());
	}

	synchronized boolean areConnected() {
		return this.links.values().stream().allMatch(PubSubConnection::isConnected);
	}

	/**
	 * Looks whether all connections are alive.
	 */
	void tick() {
		List<PubSubConnection> links;
		synchronized (this) {
			links = List.copyOf(this.links.values());
		}
		links.forEach(PubSubConnection::tick);
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
	public void refused(PubSubConnection link, List<String> names, @Nullable Throwable reason) {
		if (this.nodes.isCluster()) {
			logger.debug("A node refuses " + names, reason);
			this.nodes.refresh();
		}
		else {
			logger.error("Redis does not let this instance listen to " + names.get(0)
					+ ((names.size() > 1) ? " and " + (names.size() - 1) + " others" : ""), reason);
		}
		this.threads.later(500, () -> retry(link, names));
	}

	private synchronized void retry(PubSubConnection link, List<String> names) {
		for (String name : names) {
			if (this.names.get(name) == link || link.isProbe(name)) {
				link.subscribe(name);
			}
		}
	}

	synchronized CompletableFuture<Void> close() {
		return CompletableFuture
			.allOf(this.links.values().stream().map(PubSubConnection::close).toArray(CompletableFuture[]::new));
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
