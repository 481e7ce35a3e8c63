package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.github.realtime.Position;
import io.github.realtime.broker.AnswerContractTests;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.History;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateContractTests;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StateOutcome.Changed;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.testing.Patience;
import io.github.realtime.testing.Redis;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisBroker} with a server that works.
 */
@ParameterizedClass
@MethodSource("io.github.realtime.testing.Redis#available")
class RedisBrokerTests extends AnswerContractTests {

	private static RedisServer server;

	private final List<RedisBroker> brokers = new ArrayList<>();

	@Parameter
	Redis redis;

	private LettuceConnectionFactory connectionFactory;

	@BeforeParameterizedClassInvocation
	static void start(Redis redis) {
		server = RedisServer.start(redis);
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		server.close();
	}

	@Override
	protected Broker createBroker(Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		server.cli("FLUSHALL");
		this.connectionFactory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration(server.host(), server.port()));
		return another(policies, states);
	}

	private RedisBroker another(Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		RedisBroker broker = new RedisBroker(this.connectionFactory, "test", Patience.ENOUGH, policies, states);
		this.brokers.add(broker);
		return broker;
	}

	@Override
	protected void elapse(Duration time) {
		PassingTime.elapse(server, time);
	}

	@AfterEach
	void closeBrokers() {
		this.brokers.forEach(RedisBroker::close);
	}

	@Test
	void subscribeWhenTheAnswerComesAtOnceCompletesForEveryChannel() {
		for (int i = 0; i < 300; i++) {
			subscribe("post_" + i);
		}
	}

	@Test
	void numberingWhenUnusedIsKeptForADayThenANewEpochBegins() {
		Position first = publish("post_1", "1");
		elapse(Duration.ofDays(1).minus(Patience.ENOUGH));
		assertThat(history("post_1", null, 10).top()).isEqualTo(first);
		elapse(Patience.ENOUGH);
		Position next = publish("post_1", "2");
		assertThat(next.offset()).isOne();
		assertThat(next.epoch()).isNotEqualTo(first.epoch());
	}

	@Test
	void changesAtRandomComeToTheSameAsInMemory() {
		long seed = System.nanoTime();
		RandomEdits edits = new RandomEdits(seed);
		try (MemoryBroker memory = new MemoryBroker(RedisBrokerTests::plenty, StateContractTests::statePolicy)) {
			for (int i = 0; i < 3000; i++) {
				StateChange change = edits.next();
				StateOutcome outcome = get(this.broker.change(change));
				assertThat(withoutEpoch(outcome)).as("seed %d, change %d: %s", seed, i, change)
					.isEqualTo(withoutEpoch(get(memory.change(change))));
				History snapshot = get(this.broker.snapshot(change.channel(), null, 1));
				History expected = get(memory.snapshot(change.channel(), null, 1));
				assertThat(snapshot.state()).as("seed %d, after change %d: %s", seed, i, change)
					.isEqualTo(expected.state());
				assertThat(snapshot.top().offset()).isEqualTo(expected.top().offset());
			}
		}
	}

	private static HistoryPolicy plenty(String channel) {
		return new HistoryPolicy(1000, 1_000_000, Duration.ofHours(1));
	}

	private static StateOutcome withoutEpoch(StateOutcome outcome) {
		return (outcome instanceof Changed changed)
				? new Changed(new Position("", changed.position().offset()), changed.values(), changed.repeated())
				: outcome;
	}

}
