package io.github.realtime.testing;

import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisCluster}.
 */
@Tag("processes")
class RedisClusterTests {

	@ParameterizedTest
	@MethodSource("io.github.realtime.testing.Redis#available")
	void moveSlotWhenItHasKeysThenTheyMoveWithIt(Redis redis) {
		try (RedisCluster cluster = RedisCluster.start(redis)) {
			int slot = cluster.slot("{post}");
			RedisServer before = cluster.owner(slot);
			for (int i = 0; i < 250; i++) {
				before.cli("SET", "{post}" + i, "value " + i);
			}
			RedisServer after = cluster.moveSlot(slot,
					() -> assertThatIllegalStateException().isThrownBy(() -> before.cli("SET", "{post}new", "value"))
						.withMessageStartingWith("ASK " + slot));
			assertThat(after).isNotSameAs(before).isSameAs(cluster.owner("{post}"));
			assertThat(after.cli("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(slot))).isEqualTo("250");
			assertThat(after.cli("GET", "{post}249")).isEqualTo("value 249");
			assertThatIllegalStateException().isThrownBy(() -> before.cli("GET", "{post}0"))
				.withMessage("MOVED " + slot + " " + after.address());
			assertThat(cluster.moveSlot(slot)).isNotSameAs(after);
		}
	}

	@Test
	void clusterWhenNodeIsKilledThenTheOthersServeAndItComesBackWithItsData() {
		try (RedisCluster cluster = RedisCluster.start("maxmemory 50mb")) {
			assertThat(cluster.nodes()).hasSize(3);
			RedisServer node = cluster.owner("key");
			node.cli("SET", "key", "value");
			node.kill();
			String elsewhere = Stream.of("one", "two", "three", "four")
				.filter((key) -> cluster.owner(key) != node)
				.findFirst()
				.orElseThrow();
			assertThat(cluster.owner(elsewhere).cli("SET", elsewhere, "value")).isEqualTo("OK");
			node.restart();
			cluster.awaitOk();
			assertThat(node.cli("GET", "key")).isEqualTo("value");
			node.restartEmpty();
			cluster.awaitOk();
			assertThat(node.cli("GET", "key")).isNull();
			assertThat(node.cli("SET", "key", "again")).isEqualTo("OK");
		}
	}

	@Test
	void clusterWithReplicasWhenMasterIsKilledThenItsReplicaTakesOver() {
		try (RedisCluster cluster = RedisCluster.start(Redis.any(), 1)) {
			assertThat(cluster.nodes()).hasSize(6);
			RedisServer master = cluster.owner("key");
			master.cli("SET", "key", "value");
			RedisServer replica = cluster.nodes().get(3 + cluster.nodes().indexOf(master));
			await().until(() -> "1".equals(replica.cli("DBSIZE")));
			master.kill();
			await().atMost(Duration.ofSeconds(30)).until(() -> cluster.owner("key") == replica);
			assertThat(replica.cli("GET", "key")).isEqualTo("value");
		}
	}

}
