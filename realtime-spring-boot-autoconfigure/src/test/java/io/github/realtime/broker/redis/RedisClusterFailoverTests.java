package io.github.realtime.broker.redis;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.realtime.testing.RedisCluster;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisBroker} with a cluster whose masters are replaced by their
 * replicas.
 */
@Tag("processes")
class RedisClusterFailoverTests {

	@RegisterExtension
	static final RedisExtension<RedisCluster> redis = RedisExtension.cluster(1);

	private final RedisCluster cluster = redis.get();

	private List<RedisInstance> instances(String... channels) {
		return List.of(redis.open(RedisInstance.of(this.cluster).subscribe(channels)),
				redis.open(RedisInstance.of(this.cluster).subscribe(channels)));
	}

	@Test
	void sendWhenAMasterHandsOverToItsReplicaThenNothingIsLost() {
		RedisServer master = this.cluster.owner("orderly");
		RedisServer replica = this.cluster.partner(master);
		Load load = redis.open(new Load(instances("orderly"), "orderly"));
		handOver(replica);
		load.awaitSuccess();
		load.assertNothingLost();
	}

	private void handOver(RedisServer replica) {
		// Redis gives it up after five seconds, for which a busy machine is enough
		await().atMost(RedisInstance.PATIENCE).ignoreException(ConditionTimeoutException.class).until(() -> {
			if (this.cluster.owner("orderly") != replica) {
				replica.cli("CLUSTER", "FAILOVER");
				await().atMost(10, TimeUnit.SECONDS).until(() -> this.cluster.owner("orderly") == replica);
			}
			return true;
		});
	}

	@Test
	void listenersWhenAKilledMastersReplicaHadSeenLessAreToldOfIt() {
		String lost = "post_1";
		RedisServer master = this.cluster.owner(lost);
		RedisServer replica = this.cluster.partner(master);
		String kept = "post_2";
		List<RedisInstance> instances = instances(lost, kept);
		Load load = redis.open(new Load(instances, lost));
		Load other = redis.open(new Load(instances, kept));
		replica.cutReplication();
		load.awaitSuccess();
		master.kill();
		await().atMost(RedisInstance.PATIENCE).until(() -> this.cluster.owner(lost) == replica);
		load.awaitSuccess();
		load.assertLossTold();
		assertThat(instances).allSatisfy((instance) -> assertThat(instance.gaps(lost)).isNotEmpty());
		other.assertNothingLost();
		assertThat(other.sends()).as("on another master").allMatch((send) -> send.position() != null);
	}

}
