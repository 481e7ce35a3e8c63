package io.github.realtime.broker.redis;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Knows the servers that have the channels: one, or the masters of a cluster, each of
 * which has those of its slots.
 */
final class RedisTopology {

	/** The id of the one that there is without a cluster. */
	static final String ONLY = "";

	private static final Log logger = LogFactory.getLog(RedisLog.CATEGORY);

	/** A cluster needs time to agree about a change: it is not asked more often. */
	private static final long PAUSE = 50;

	private final RedisClients clients;

	private final RedisExecutors executors;

	private final Runnable onAnswer;

	private volatile @Nullable Partitions partitions;

	private final Object asking = new Object();

	private final AtomicBoolean due = new AtomicBoolean();

	private boolean reported;

	/**
	 * Creates it. The nodes of a cluster are not known yet.
	 * @param clients connects to them
	 * @param executors ask the cluster
	 * @param onAnswer called whenever it is known which node has which slot
	 */
	RedisTopology(RedisClients clients, RedisExecutors executors, Runnable onAnswer) {
		this.clients = clients;
		this.executors = executors;
		this.onAnswer = onAnswer;
	}

	boolean isCluster() {
		return this.clients.isCluster();
	}

	/**
	 * Returns the nodes that have slots.
	 * @return their ids; none as long as the cluster has not answered
	 */
	Set<String> ids() {
		return isCluster() ? masters(this.partitions).map(RedisClusterNode::getNodeId).collect(Collectors.toSet())
				: Set.of(ONLY);
	}

	private static Stream<RedisClusterNode> masters(@Nullable Partitions partitions) {
		return (partitions != null) ? partitions.stream().filter((node) -> !node.hasNoSlots()) : Stream.empty();
	}

	/**
	 * Finds the node that has a name.
	 * @param name a key or a pub/sub channel
	 * @return its id, or {@code null} if that is not known
	 */
	@Nullable String of(String name) {
		if (!isCluster()) {
			return ONLY;
		}
		Partitions partitions = this.partitions;
		RedisClusterNode node = (partitions != null) ? partitions.getMasterBySlot(SlotHash.getSlot(name)) : null;
		return (node != null) ? node.getNodeId() : null;
	}

	/**
	 * Finds a name that a node has.
	 * @param id the node
	 * @param names makes names that are in different slots
	 * @return the first of them that it has; {@code null} if it has no slots
	 */
	@Nullable String nameOn(String id, IntFunction<String> names) {
		if (!isCluster()) {
			return names.apply(0);
		}
		return node(id)
			.map((node) -> IntStream.iterate(0, (number) -> number + 1)
				.mapToObj(names)
				.filter((name) -> node.hasSlot(SlotHash.getSlot(name)))
				.findFirst()
				.orElseThrow())
			.orElse(null);
	}

	StatefulRedisConnection<String, byte[]> connect(String id) {
		return isCluster() ? this.clients.connect(address(id)) : this.clients.connect();
	}

	StatefulRedisPubSubConnection<String, byte[]> connectPubSub(String id) {
		return isCluster() ? this.clients.connectPubSub(address(id)) : this.clients.connectPubSub();
	}

	private RedisURI address(String id) {
		return node(id).orElseThrow(() -> new IllegalStateException("The node has no slots in the cluster any more"))
			.getUri();
	}

	private Optional<RedisClusterNode> node(String id) {
		return masters(this.partitions).filter((node) -> node.getNodeId().equals(id)).findFirst();
	}

	private void change(Partitions partitions) {
		String before = addresses(this.partitions);
		String now = addresses(partitions);
		Assert.state(!now.isEmpty(), "No node has slots");
		this.partitions = partitions;
		if (!before.isEmpty() && !before.equals(now)) {
			logger.info("The masters of the cluster are " + now + " from now on");
		}
	}

	private static String addresses(@Nullable Partitions partitions) {
		return masters(partitions).map((node) -> node.getUri().getHost() + ":" + node.getUri().getPort())
			.sorted()
			.collect(Collectors.joining(", "));
	}

	/**
	 * Asks the cluster soon, if there is one.
	 */
	void refresh() {
		if (isCluster() && this.due.compareAndSet(false, true)) {
			this.executors.later(PAUSE, () -> this.executors.connectors().execute(this::ask));
		}
	}

	/**
	 * Asks the cluster, if there is one. Blocks until it has answered.
	 */
	void ask() {
		synchronized (this.asking) {
			this.due.set(false);
			try {
				if (isCluster()) {
					change(this.clients.partitions());
				}
				if (this.reported) {
					this.reported = false;
					logger.info("The cluster of Redis is there again");
				}
			}
			catch (RuntimeException ex) {
				if (!this.reported && !Thread.currentThread().isInterrupted()) {
					this.reported = true;
					logger.warn("The cluster of Redis does not say which node has what: "
							+ RedisFailures.rootMessage(ex) + "; asking again until it does");
				}
				return;
			}
		}
		this.onAnswer.run();
	}

}
