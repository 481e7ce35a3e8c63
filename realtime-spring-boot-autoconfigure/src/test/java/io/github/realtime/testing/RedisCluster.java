package io.github.realtime.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.awaitility.Awaitility.await;

/**
 * A Redis cluster of three masters, which goes on without the slots of one that is away.
 */
public final class RedisCluster implements AutoCloseable {

	private static final int SLOTS = 16384;

	private static final int MASTERS = 3;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/**
	 * The masters, then their replicas in the same order.
	 */
	private final List<RedisServer> nodes = new ArrayList<>();

	private RedisCluster() {
	}

	/**
	 * Starts one without replicas on the first Redis that runs here.
	 * @param options further lines of every node's {@code redis.conf}
	 */
	public static RedisCluster start(String... options) {
		return start(Redis.any(), options);
	}

	public static RedisCluster start(Redis redis, String... options) {
		return start(redis, 0, options);
	}

	/**
	 * Starts a certain one.
	 * @param replicas how many replicas each master has
	 * @param options further lines of every node's {@code redis.conf}
	 */
	public static RedisCluster start(Redis redis, int replicas, String... options) {
		String[] lines = Stream
			.concat(Stream.of("cluster-enabled yes", "cluster-node-timeout 2000", "cluster-require-full-coverage no"),
					Stream.of(options))
			.toArray(String[]::new);
		RedisCluster cluster = new RedisCluster();
		try {
			for (int i = 0; i < MASTERS * (1 + replicas); i++) {
				cluster.nodes.add(RedisServer.start(redis, lines));
			}
			cluster.form();
			return cluster;
		}
		catch (RuntimeException ex) {
			cluster.close();
			throw ex;
		}
	}

	private void form() {
		for (int i = 0; i < MASTERS; i++) {
			this.nodes.get(i).cli(addSlots(i));
		}
		for (int i = 0; i < this.nodes.size(); i++) {
			// Different from the start, so that they have none to agree on
			this.nodes.get(i).cli("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
			if (i > 0) {
				this.nodes.get(0)
					.cli("CLUSTER", "MEET", this.nodes.get(i).host(), Integer.toString(this.nodes.get(i).port()));
			}
		}
		awaitOk();
		for (int i = MASTERS; i < this.nodes.size(); i++) {
			RedisServer replica = this.nodes.get(i);
			replica.cli("CLUSTER", "REPLICATE", id(this.nodes.get(i % MASTERS)));
			await().atMost(PATIENCE)
				.until(() -> String.valueOf(replica.cli("INFO", "replication")).contains("master_link_status:up"));
		}
	}

	private static String[] addSlots(int master) {
		return Stream
			.concat(Stream.of("CLUSTER", "ADDSLOTS"),
					IntStream.range(master * SLOTS / MASTERS, (master + 1) * SLOTS / MASTERS)
						.mapToObj(Integer::toString))
			.toArray(String[]::new);
	}

	/**
	 * Waits until all nodes that run know each other and serve; needed after a restart,
	 * as a node lets some time go by before it writes again.
	 */
	public void awaitOk() {
		boolean whole = this.nodes.stream().allMatch(RedisServer::isRunning);
		await().atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(50))
			.until(() -> running().allMatch((node) -> isOk(node, whole)));
	}

	private boolean isOk(RedisServer node, boolean whole) {
		String info = String.valueOf(node.cli("CLUSTER", "INFO"));
		return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + this.nodes.size() + "\r\n")
				&& (!whole || info.contains("cluster_slots_ok:" + SLOTS + "\r\n"));
	}

	public List<RedisServer> nodes() {
		return List.copyOf(this.nodes);
	}

	/**
	 * The addresses of all nodes, as {@code spring.data.redis.cluster.nodes} takes them.
	 */
	public String addresses() {
		return this.nodes.stream().map(RedisServer::address).collect(Collectors.joining(","));
	}

	public int slot(String key) {
		return Integer.parseInt(String.valueOf(anyRunning().cli("CLUSTER", "KEYSLOT", key)));
	}

	/**
	 * The master that has a slot.
	 */
	public RedisServer owner(int slot) {
		for (Object entry : list(anyRunning().reply("CLUSTER", "SLOTS"))) {
			List<?> range = list(entry);
			if ((Long) range.get(0) <= slot && slot <= (Long) range.get(1)) {
				Object port = list(range.get(2)).get(1);
				return this.nodes.stream().filter((node) -> port.equals((long) node.port())).findFirst().orElseThrow();
			}
		}
		throw new IllegalStateException("Nobody has slot " + slot);
	}

	/**
	 * The master that has the slot of a key.
	 */
	public RedisServer owner(String key) {
		return owner(slot(key));
	}

	/**
	 * A name whose slot a master has.
	 * @param prefix what it begins with
	 */
	public String nameOn(RedisServer master, String prefix) {
		return IntStream.iterate(1, (number) -> number + 1)
			.mapToObj((number) -> prefix + number)
			.filter((name) -> owner(name) == master)
			.findFirst()
			.orElseThrow();
	}

	/**
	 * The replica that a node was started with, or the master that it was the replica of.
	 */
	public RedisServer partner(RedisServer node) {
		return this.nodes.get((this.nodes.indexOf(node) + MASTERS) % this.nodes.size());
	}

	/**
	 * Moves a slot and its keys to another master, while whoever uses them goes on.
	 * @return its new owner
	 */
	public RedisServer moveSlot(int slot) {
		return moveSlot(slot, () -> {
		});
	}

	/**
	 * Moves a slot and its keys to another master.
	 * @param meanwhile what to do half way: the slot is on the move (a key that is not at
	 * its old owner gets {@code ASK}), and none of its keys has been moved yet
	 * @return its new owner
	 */
	public RedisServer moveSlot(int slot, Runnable meanwhile) {
		RedisServer from = owner(slot);
		RedisServer to = masters().filter((node) -> node != from)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("No other master"));
		String number = Integer.toString(slot);
		to.cli("CLUSTER", "SETSLOT", number, "IMPORTING", id(from));
		from.cli("CLUSTER", "SETSLOT", number, "MIGRATING", id(to));
		meanwhile.run();
		for (List<?> keys = keys(from, number); !keys.isEmpty(); keys = keys(from, number)) {
			from.cli(Stream
				.concat(Stream.of("MIGRATE", to.host(), Integer.toString(to.port()), "", "0", "5000", "AUTH2",
						RedisServer.USER, "none", "KEYS"), keys.stream())
				.toArray(String[]::new));
		}
		// The new owner first: until it knows, the old one sends clients there
		Stream.concat(Stream.of(to, from), masters().filter((node) -> node != to && node != from))
			.forEach((node) -> node.cli("CLUSTER", "SETSLOT", number, "NODE", id(to)));
		return to;
	}

	private static List<?> keys(RedisServer node, String slot) {
		return list(node.reply("CLUSTER", "GETKEYSINSLOT", slot, "100"));
	}

	private static String id(RedisServer node) {
		return String.valueOf(node.cli("CLUSTER", "MYID"));
	}

	private static List<?> list(Object reply) {
		return (List<?>) Objects.requireNonNull(reply);
	}

	private Stream<RedisServer> running() {
		return this.nodes.stream().filter(RedisServer::isRunning);
	}

	private Stream<RedisServer> masters() {
		return running().filter((node) -> String.valueOf(node.cli("INFO", "replication")).contains("role:master"));
	}

	private RedisServer anyRunning() {
		return running().findFirst().orElseThrow(() -> new IllegalStateException("No node runs"));
	}

	@Override
	public void close() {
		this.nodes.forEach(RedisServer::close);
	}

}
