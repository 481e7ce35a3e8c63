package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.github.realtime.SendOptions;
import io.github.realtime.broker.AnswerContractTests;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.testing.Patience;
import io.github.realtime.testing.Redis;
import io.github.realtime.testing.RedisCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisBroker} with a cluster that works.
 */
@Tag("processes")
@ParameterizedClass
@MethodSource("io.github.realtime.testing.Redis#available")
class RedisClusterBrokerTests extends AnswerContractTests {

	private static RedisCluster cluster;

	private final List<RedisBroker> brokers = new ArrayList<>();

	@Parameter
	Redis redis;

	@BeforeParameterizedClassInvocation
	static void start(Redis redis) {
		cluster = RedisCluster.start(redis);
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		cluster.close();
	}

	@Override
	protected Broker createBroker(Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		cluster.nodes().forEach((node) -> node.cli("FLUSHALL"));
		return another(policies, states);
	}

	private RedisBroker another(Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		RedisClusterConfiguration address = new RedisClusterConfiguration(List.of(cluster.addresses().split(",")));
		RedisBroker broker = new RedisBroker(new LettuceConnectionFactory(address), "test", Patience.ENOUGH, policies,
				states);
		this.brokers.add(broker);
		return broker;
	}

	@Override
	protected void elapse(Duration time) {
		cluster.nodes().forEach((node) -> PassingTime.elapse(node, time));
	}

	@Test
	void transportIsWhatTheServersCan() {
		assertThatTransportIs(isSharding());
	}

	@Test
	void transportWhenAnotherInstanceHasDecidedIsThat() {
		publish("post_1", "1");
		cluster.owner("test:transport").cli("SET", "test:transport", "pub/sub");
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
		assertThat(cluster.nodes()).filteredOn((node) -> node.cli("PUBSUB", "NUMSUB", relay).endsWith("\n1"))
			.hasSize(sharded ? 0 : 1);
		if (isSharding()) {
			assertThat(cluster.nodes()).filteredOn((node) -> node.cli("PUBSUB", "SHARDNUMSUB", relay).endsWith("\n1"))
				.containsExactlyElementsOf(sharded ? List.of(cluster.owner("post_1")) : List.of());
		}
	}

	private boolean isSharding() {
		return !this.redis.version().startsWith("6.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "post_1", "/note/42", "a:b.c@d%e+f~g", "x" })
	void keysOfAChannelAreInOneSlot(String channel) {
		get(this.broker.publish(draft(channel, "1", SendOptions.defaults().idempotencyKey("}{k"))));
		assertThat(cluster.owner(channel).cli("KEYS", "test:{*").lines()).hasSize(3)
			.allMatch((key) -> cluster.slot(key) == cluster.slot("test:{" + channel + "}:relay"));
	}

	@AfterEach
	void closeBrokers() {
		this.brokers.forEach(RedisBroker::close);
	}

}
