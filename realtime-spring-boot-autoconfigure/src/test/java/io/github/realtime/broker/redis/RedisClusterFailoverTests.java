package io.github.realtime.broker.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.realtime.testing.Redis;
import io.github.realtime.testing.RedisCluster;
import io.github.realtime.testing.RedisServer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisBroker} with a cluster whose masters are replaced by their
 * replicas.
 */
@Tag("processes")
class RedisClusterFailoverTests {

	private static RedisCluster cluster;

	private final List<AutoCloseable> opened = new ArrayList<>();

	@BeforeAll
	static void start() {
		cluster = RedisCluster.start(Redis.any(), 1);
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	private List<Instance> instances(String... channels) {
		return List.of(open(Instance.of(cluster).subscribe(channels)), open(Instance.of(cluster).subscribe(channels)));
	}

	private <T extends AutoCloseable> T open(T resource) {
		this.opened.add(0, resource);
		return resource;
	}

	@AfterEach
	void closeAll() throws Exception {
		for (AutoCloseable resource : this.opened) {
			resource.close();
		}
	}

	@Test
	void sendWhenAMasterHandsOverToItsReplicaThenNothingIsLost() {
		RedisServer master = cluster.owner("orderly");
		RedisServer replica = cluster.partner(master);
		Load load = open(new Load(instances("orderly"), "orderly"));
		handOver(replica);
		load.awaitSuccess();
		load.assertNothingLost();
	}

	private static void handOver(RedisServer replica) {
		// Redis gives it up after five seconds, for which a busy machine is enough
		await().atMost(Instance.PATIENCE).ignoreException(ConditionTimeoutException.class).until(() -> {
			if (cluster.owner("orderly") != replica) {
				replica.cli("CLUSTER", "FAILOVER");
				await().atMost(10, TimeUnit.SECONDS).until(() -> cluster.owner("orderly") == replica);
			}
			return true;
		});
	}

	@Test
	void listenersWhenAKilledMastersReplicaHadSeenLessAreToldOfIt() {
		String lost = "post_1";
		RedisServer master = cluster.owner(lost);
		RedisServer replica = cluster.partner(master);
		String kept = "post_2";
		List<Instance> instances = instances(lost, kept);
		Load load = open(new Load(instances, lost));
		Load other = open(new Load(instances, kept));
		replica.cutReplication();
		load.awaitSuccess();
		master.kill();
		await().atMost(Instance.PATIENCE).until(() -> cluster.owner(lost) == replica);
		load.awaitSuccess();
		load.assertLossTold();
		assertThat(instances).allSatisfy((instance) -> assertThat(instance.gaps(lost)).isNotEmpty());
		other.assertNothingLost();
		assertThat(other.sends()).as("on another master").allMatch((send) -> send.position() != null);
	}

}
