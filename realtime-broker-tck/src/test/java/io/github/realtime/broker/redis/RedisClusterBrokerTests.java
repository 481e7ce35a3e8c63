package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import io.github.realtime.SendOptions;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.broker.tck.BrokerTck;
import io.github.realtime.testing.EachRedis;
import io.github.realtime.testing.RedisCluster;
import io.github.realtime.testing.RedisExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisBroker} with a cluster that works.
 */
@Tag("processes")
@EachRedis
class RedisClusterBrokerTests extends BrokerTck {

	@RegisterExtension
	static final RedisExtension<RedisCluster> redis = RedisExtension.cluster(0);

	private final RedisCluster cluster = redis.get();

	@Override
	protected Broker createBroker(Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		this.cluster.nodes().forEach((node) -> node.cli("FLUSHALL"));
		return another(policies, states);
	}

	@Override
	protected Broker createAnotherInstance(Function<String, HistoryPolicy> policies,
			Function<String, StatePolicy> states) {
		return another(policies, states);
	}

	private RedisBroker another(Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		RedisClusterConfiguration address = new RedisClusterConfiguration(List.of(this.cluster.addresses().split(",")));
		return redis.open(new RedisBroker(new LettuceConnectionFactory(address), "test", PATIENCE, policies, states));
	}

	@Override
	protected void elapse(Duration time) {
		this.cluster.nodes().forEach((node) -> PassingTime.elapse(node, time));
	}

	@Test
	void transportIsWhatTheServersCan() {
		assertThatTransportIs(isSharding());
	}

	@Test
	void transportWhenAnotherInstanceHasDecidedIsThat() {
		publish("post_1", "1");
		this.cluster.owner("test:transport").cli("SET", "test:transport", "pub/sub");
		this.broker = another((channel) -> new HistoryPolicy(10, 10_000, Duration.ofHours(1)),
				(channel) -> StatePolicy.DEFAULT);
		this.broker.listen(this.recorder);
		assertThatTransportIs(false);
	}

	private void assertThatTransportIs(boolean sharded) {
		subscribe("post_1");
		publish("post_1", "2");
		this.recorder.await("post_1", 1);
		String relay = "test:{post_1}:relay";
		assertThat(this.cluster.nodes()).filteredOn((node) -> node.cli("PUBSUB", "NUMSUB", relay).endsWith("\n1"))
			.hasSize(sharded ? 0 : 1);
		if (isSharding()) {
			assertThat(this.cluster.nodes())
				.filteredOn((node) -> node.cli("PUBSUB", "SHARDNUMSUB", relay).endsWith("\n1"))
				.containsExactlyElementsOf(sharded ? List.of(this.cluster.owner("post_1")) : List.of());
		}
	}

	private boolean isSharding() {
		return !this.cluster.nodes().get(0).redis().version().startsWith("6.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "post_1", "/note/42", "a:b.c@d%e+f~g", "x" })
	void keysOfAChannelAreInOneSlot(String channel) {
		get(this.broker.publish(draft(channel, "1", SendOptions.defaults().idempotencyKey("}{k"))));
		assertThat(this.cluster.owner(channel).cli("KEYS", "test:{*").lines()).hasSize(3)
			.allMatch((key) -> this.cluster.slot(key) == this.cluster.slot("test:{" + channel + "}:relay"));
	}

}
