package io.github.realtime.broker.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.github.realtime.Position;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.testing.EachRedis;
import io.github.realtime.testing.RedisCluster;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisBroker} with a cluster whose slots move, and with one a node of
 * which does not work.
 */
@Tag("processes")
@EachRedis
class RedisClusterFaultTests {

	private static final String TRANSPORT = "test:transport";

	@RegisterExtension
	static final RedisExtension<RedisCluster> redis = RedisExtension.cluster(0);

	private final RedisCluster cluster = redis.get();

	@BeforeEach
	void flush() {
		this.cluster.nodes().forEach((node) -> node.cli("FLUSHALL"));
	}

	private List<RedisInstance> instances(String... channels) {
		return List.of(redis.open(RedisInstance.of(this.cluster).subscribe(channels)),
				redis.open(RedisInstance.of(this.cluster).subscribe(channels)));
	}

	@Test
	void sendWhenTheSlotOfItsChannelMovesThenNothingIsLost() {
		List<RedisInstance> instances = instances("post_1", "post_2");
		Load moving = redis.open(new Load(instances, "post_1"));
		Load other = redis.open(new Load(instances, "post_2"));
		for (int i = 0; i < 3; i++) {
			this.cluster.moveSlot(this.cluster.slot("post_1"));
			moving.awaitSuccess();
		}
		moving.assertNothingLost();
		other.assertNothingLost();
		assertThat(other.sends()).as("in another slot").allMatch((send) -> send.position() != null);
		if (isSharding()) {
			assertThat(this.cluster.nodes())
				.filteredOn((node) -> !node.cli("PUBSUB", "SHARDNUMSUB", "test:{post_1}:relay").endsWith("\n0"))
				.as("who has subscribers")
				.containsExactly(this.cluster.owner("post_1"));
		}
	}

	@Test
	void sendsWhenNotAwaitedAndTheSlotMovesKeepTheirOrder() throws InterruptedException {
		RedisInstance instance = instances("post_1").get(0);
		List<CompletableFuture<Position>> sends = new ArrayList<>();
		AtomicBoolean ended = new AtomicBoolean();
		Thread sender = new Thread(() -> {
			for (int i = 0; !ended.get(); i++) {
				sends.add(instance.sendAsync("post_1", Integer.toString(i)));
				LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
			}
		});
		sender.start();
		await().until(() -> !instance.texts("post_1").isEmpty());
		for (int i = 0; i < 4; i++) {
			this.cluster.moveSlot(this.cluster.slot("post_1"));
			int known = instance.texts("post_1").size();
			await().until(() -> instance.texts("post_1").size() > known + 100);
		}
		ended.set(true);
		sender.join();
		sends.forEach((send) -> send.handle((position, failure) -> null).join());
		instance.send("post_1", "last");
		instance.awaitText("post_1", "last");
		instance.assertInOrder("post_1");
		List<Integer> heard = instance.texts("post_1")
			.stream()
			.filter((text) -> !text.equals("last"))
			.map(Integer::valueOf)
			.toList();
		assertThat(heard).isSorted().doesNotHaveDuplicates();
		assertThat(heard).containsAll(IntStream.range(0, sends.size())
			.filter((i) -> !sends.get(i).isCompletedExceptionally())
			.boxed()
			.toList());
	}

	@Test
	void sendWhenANodeHangsFailsOnItsChannelsOnly() {
		RedisServer node = this.cluster.nodes().get(0);
		String hanging = this.cluster.nameOn(node, "post_");
		String[] others = { this.cluster.nameOn(this.cluster.nodes().get(1), "post_"),
				this.cluster.nameOn(this.cluster.nodes().get(2), "post_") };
		List<RedisInstance> instances = instances(hanging, others[0], others[1]);
		Load load = redis.open(new Load(instances, hanging));
		Load other = redis.open(new Load(instances, others));
		node.pause();
		try {
			load.awaitFailure();
			for (int i = 0; i < 100; i++) {
				other.awaitSuccess();
			}
		}
		finally {
			node.resume();
		}
		this.cluster.awaitOk();
		load.awaitSuccess();
		load.assertNothingLost();
		other.assertNothingLost();
		assertThat(other.sends()).as("on other nodes").allMatch((send) -> send.position() != null);
	}

	@Test
	void listenersWhenANodeIsRestartedEmptyAreToldOnItsChannelsOnly() {
		RedisServer node = this.cluster.owner(TRANSPORT);
		String emptied = this.cluster.nameOn(node, "post_");
		String kept = cluster
			.nameOn(this.cluster.nodes().stream().filter((other) -> other != node).findFirst().orElseThrow(), "post_");
		List<RedisInstance> instances = instances(emptied, kept);
		Load load = redis.open(new Load(instances, emptied));
		Load other = redis.open(new Load(instances, kept));
		node.restartEmpty();
		this.cluster.awaitOk();
		load.awaitSuccess();
		load.assertLossTold();
		assertThat(instances).allSatisfy((instance) -> assertThat(instance.gaps(emptied)).isNotEmpty());
		other.assertNothingLost();
		assertThat(other.sends()).as("on another node").allMatch((send) -> send.position() != null);
		await().untilAsserted(
				() -> assertThat(node.cli("GET", TRANSPORT)).isEqualTo(isSharding() ? "sharded pub/sub" : "pub/sub"));
	}

	@Test
	void sendWhileTheSlotOfItsChannelIsOnTheMoveFails() {
		RedisInstance instance = instances("post_1").get(0);
		assertThat(instance.send("post_1", "before").offset()).isOne();
		this.cluster.moveSlot(this.cluster.slot("post_1"),
				() -> assertThatExceptionOfType(RealtimeUnavailableException.class)
					.isThrownBy(() -> RedisInstance.get(instance.sendAsync("post_1", "meanwhile"))));
		assertThat(instance.send("post_1", "after").offset()).isEqualTo(2);
		instance.awaitText("post_1", "after");
		assertThat(instance.texts("post_1")).containsExactly("before", "after");
	}

	private boolean isSharding() {
		return !this.cluster.nodes().get(0).redis().version().startsWith("6.");
	}

}
