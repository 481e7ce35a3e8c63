package io.github.realtime.broker.redis;

import java.util.ArrayList;
import java.util.List;

import io.github.realtime.testing.RedisSentinels;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisBroker} with a master that sentinels replace by its replica.
 */
@Tag("processes")
class RedisSentinelFailoverTests {

	private final List<AutoCloseable> opened = new ArrayList<>();

	private RedisSentinels sentinels;

	private List<Instance> instances;

	private Load load;

	@BeforeEach
	void start() {
		this.sentinels = open(RedisSentinels.start());
		this.instances = List.of(open(Instance.of(this.sentinels).subscribe("post_1", "post_2")),
				open(Instance.of(this.sentinels).subscribe("post_1", "post_2")));
		this.load = open(new Load(this.instances, "post_1", "post_2"));
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
