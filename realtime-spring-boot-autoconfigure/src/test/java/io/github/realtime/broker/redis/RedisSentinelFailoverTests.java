package io.github.realtime.broker.redis;

import java.util.List;
import java.util.stream.Stream;

import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisSentinels;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisBroker} with a master that sentinels replace by its replica.
 */
@Tag("processes")
class RedisSentinelFailoverTests {

	private static final String[] CHANNELS = { "post_1", "post_2" };

	@RegisterExtension
	final RedisExtension<RedisSentinels> redis = RedisExtension.sentinels();

	private final RedisSentinels sentinels = this.redis.get();

	private final List<RedisInstance> instances = Stream
		.generate(() -> this.redis.open(RedisInstance.of(this.sentinels).subscribe(CHANNELS)))
		.limit(2)
		.toList();

	private final Load load = this.redis.open(new Load(this.instances, CHANNELS));

	@Test
	void sendWhenTheMasterIsKilledThenNothingIsLostSilently() {
		this.sentinels.failover();
		this.load.awaitSuccess();
		this.load.assertLossTold();
	}

	@Test
	void sendWhenTheMasterLivesOnAsAReplicaThenNothingIsLostSilently() {
		RedisServer former = this.sentinels.master();
		this.sentinels.sentinels().get(0).cli("SENTINEL", "FAILOVER", this.sentinels.masterName());
		this.sentinels.awaitMasterOtherThan(former);
		this.load.awaitSuccess();
		this.load.assertLossTold();
		assertThat(former.isRunning()).isTrue();
	}

	@Test
	void listenersWhenTheReplicaHadSeenLessAreToldOfIt() {
		RedisServer master = this.sentinels.master();
		this.sentinels.servers().stream().filter((server) -> server != master).forEach(RedisServer::cutReplication);
		this.load.awaitSuccess();
		this.sentinels.failover();
		this.load.awaitSuccess();
		this.load.assertLossTold();
		assertThat(this.instances).allSatisfy((instance) -> {
			assertThat(instance.gaps("post_1")).isNotEmpty();
			assertThat(instance.gaps("post_2")).isNotEmpty();
		});
	}

}
