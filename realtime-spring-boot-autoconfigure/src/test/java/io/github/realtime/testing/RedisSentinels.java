package io.github.realtime.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.awaitility.Awaitility.await;

/**
 * A master with replicas, and three sentinels that replace it a second after it has
 * fallen silent.
 */
public final class RedisSentinels implements AutoCloseable {

	private static final String MASTER_NAME = "main";

	private static final int SENTINELS = 3;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final List<RedisServer> servers = new ArrayList<>();

	private final List<RedisServer> sentinels = new ArrayList<>();

	private RedisSentinels() {
	}

	/**
	 * Starts them with one replica on the first Redis that runs here.
	 * @param options further lines of the {@code redis.conf} of master and replica
	 */
	public static RedisSentinels start(String... options) {
		return start(Redis.any(), 1, options);
	}

	/**
	 * Starts them on a certain one.
	 * @param replicas how many replicas the master has
	 * @param options further lines of the {@code redis.conf} of master and replicas
	 */
	public static RedisSentinels start(Redis redis, int replicas, String... options) {
		RedisSentinels sentinels = new RedisSentinels();
		try {
			sentinels.open(redis, replicas, options);
			return sentinels;
		}
		catch (RuntimeException ex) {
			sentinels.close();
			throw ex;
		}
	}

	private void open(Redis redis, int replicas, String... options) {
		RedisServer master = RedisServer.start(redis, options);
		this.servers.add(master);
		for (int i = 0; i < replicas; i++) {
			RedisServer replica = RedisServer.start(redis, options);
			this.servers.add(replica);
			replica.cli("REPLICAOF", master.host(), Integer.toString(master.port()));
			await().atMost(PATIENCE).until(() -> info(replica).contains("master_link_status:up"));
		}
		for (int i = 0; i < SENTINELS; i++) {
			this.sentinels.add(RedisServer.startSentinel(redis,
					"sentinel monitor %s %s %d 2".formatted(MASTER_NAME, master.host(), master.port()),
					"sentinel auth-user %s %s".formatted(MASTER_NAME, RedisServer.USER),
					"sentinel auth-pass %s none".formatted(MASTER_NAME),
					"sentinel down-after-milliseconds %s 1000".formatted(MASTER_NAME),
					"sentinel failover-timeout %s 3000".formatted(MASTER_NAME)));
		}
		await().atMost(PATIENCE).until(() -> this.sentinels.stream().allMatch(this::knowsAll));
	}

	private boolean knowsAll(RedisServer sentinel) {
		List<?> fields = (List<?>) sentinel.reply("SENTINEL", "MASTER", MASTER_NAME);
		return field(fields, "num-other-sentinels") == SENTINELS - 1
				&& field(fields, "num-slaves") == this.servers.size() - 1;
	}

	private static int field(List<?> fields, String name) {
		return Integer.parseInt((String) fields.get(fields.indexOf(name) + 1));
	}

	public String masterName() {
		return MASTER_NAME;
	}

	/**
	 * The addresses of the sentinels, as {@code spring.data.redis.sentinel.nodes} takes
	 * them.
	 */
	public String addresses() {
		return this.sentinels.stream().map(RedisServer::address).collect(Collectors.joining(","));
	}

	public List<RedisServer> sentinels() {
		return List.copyOf(this.sentinels);
	}

	/**
	 * The master and its replicas, whichever is which now.
	 */
	public List<RedisServer> servers() {
		return List.copyOf(this.servers);
	}

	/**
	 * The master on which the sentinels agree, once they do.
	 */
	public RedisServer master() {
		await().atMost(PATIENCE).until(() -> named().distinct().count() == 1);
		String port = named().findFirst().orElseThrow();
		return this.servers.stream()
			.filter((server) -> port.equals(Integer.toString(server.port())))
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Kills the master and waits until another one is in its place.
	 * @return the one that is dead; once restarted it takes the sentinels some ten
	 * seconds to make it a replica
	 */
	public RedisServer failover() {
		RedisServer master = master();
		master.kill();
		awaitMasterOtherThan(master);
		return master;
	}

	/**
	 * Waits until all sentinels name another master, and it is one.
	 */
	public void awaitMasterOtherThan(RedisServer former) {
		await().atMost(PATIENCE).until(() -> master() != former && info(master()).contains("role:master"));
	}

	private Stream<String> named() {
		return this.sentinels.stream()
			.filter(RedisServer::isRunning)
			.map((sentinel) -> (List<?>) sentinel.reply("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME))
			.map((address) -> String.valueOf(address.get(1)));
	}

	private static String info(RedisServer server) {
		return String.valueOf(server.cli("INFO", "replication"));
	}

	@Override
	public void close() {
		this.sentinels.forEach(RedisServer::close);
		this.servers.forEach(RedisServer::close);
	}

}
