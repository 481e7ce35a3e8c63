package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.github.realtime.Broker;
import io.github.realtime.HistoryPolicy;
import io.github.realtime.Patience;
import io.github.realtime.StateContractTests;
import io.github.realtime.StatePolicy;
import io.github.realtime.testing.Redis;
import io.github.realtime.testing.RedisCluster;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Tests for {@link RedisBroker} with a cluster that works.
 */
@Tag("processes")
@ParameterizedClass
@MethodSource("io.github.realtime.testing.Redis#available")
class RedisClusterBrokerTests extends StateContractTests {

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

	@AfterEach
	void closeBrokers() {
		this.brokers.forEach(RedisBroker::close);
	}

}
