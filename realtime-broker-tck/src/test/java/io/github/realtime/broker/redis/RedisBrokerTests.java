package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.function.Function;

import io.github.realtime.Position;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.History;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StateOutcome.Changed;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.broker.tck.BrokerTck;
import io.github.realtime.testing.EachRedis;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisBroker} with a server that works.
 */
@EachRedis
class RedisBrokerTests extends BrokerTck {

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server();

	private final RedisServer server = redis.get();

	@Override
	protected Broker createBroker(Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		this.server.cli("FLUSHALL");
		return another(policies, states);
	}

	@Override
	protected Broker createAnotherInstance(Function<String, HistoryPolicy> policies,
			Function<String, StatePolicy> states) {
		return another(policies, states);
	}

	private RedisBroker another(Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		RedisStandaloneConfiguration address = new RedisStandaloneConfiguration(this.server.host(), this.server.port());
		return redis.open(new RedisBroker(new LettuceConnectionFactory(address), "test", PATIENCE, policies, states));
	}

	@Override
	protected void elapse(Duration time) {
		PassingTime.elapse(this.server, time);
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
		elapse(Duration.ofDays(1).minus(PATIENCE));
		assertThat(history("post_1", null, 10).top()).isEqualTo(first);
		elapse(PATIENCE);
		Position next = publish("post_1", "2");
		assertThat(next.offset()).isOne();
		assertThat(next.epoch()).isNotEqualTo(first.epoch());
	}

	@Test
	void changesAtRandomComeToTheSameAsInMemory() {
		long seed = System.nanoTime();
		RandomEdits edits = new RandomEdits(seed);
		try (MemoryBroker memory = new MemoryBroker(RedisBrokerTests::plenty, RedisBrokerTests::statePolicy)) {
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
