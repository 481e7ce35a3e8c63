package io.github.realtime.broker.tck;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.github.realtime.Position;
import io.github.realtime.SendOptions;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.Draft;
import io.github.realtime.broker.History;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.protocol.Line;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the tests need to know of a {@link Broker}, and what they do with it. A test class
 * for a broker extends {@link BrokerTck} and says here how to make a broker and how to
 * let time pass.
 *
 * @since 0.1.0
 */
public abstract class BrokerContract {

	/**
	 * How long a test waits for what should come within a moment. The machine may be
	 * slow.
	 */
	protected static final Duration PATIENCE = Duration.ofSeconds(30);

	static final Duration HISTORY_TTL = Duration.ofMinutes(1);

	static final Duration STATE_TTL = Duration.ofHours(48);

	/** What the listener of {@link #broker} got. */
	protected final Recorder recorder = new Recorder();

	/** The broker under test. */
	protected Broker broker;

	/**
	 * Creates the broker under test, with nothing in it. It is called before each test;
	 * close the broker after the test, by {@code @AutoClose} for example.
	 * @param policies how much history the channel of a name keeps
	 * @param states how much state the channel of a name may have
	 * @return the broker
	 */
	protected abstract Broker createBroker(Function<String, HistoryPolicy> policies,
			Function<String, StatePolicy> states);

	/**
	 * Lets time pass, as the broker under test measures it: history, state and answers
	 * become older by as much, and numberings are unused for as much longer. Tests ask
	 * for minutes and days, so that a broker should not wait but move a clock, or what it
	 * has stored. If neither is possible, call {@link Assumptions#abort}: the test is
	 * skipped.
	 * @param time how much
	 */
	protected abstract void elapse(Duration time);

	/**
	 * Creates another instance that shares all data with {@link #broker}, as another
	 * server of the same application would have it. A broker that is for one instance
	 * alone leaves this method as it is, and the tests of {@link InstanceContract} are
	 * skipped.
	 * @param policies how much history the channel of a name keeps
	 * @param states how much state the channel of a name may have
	 * @return the other instance, or {@code null} if the broker is for one instance alone
	 */
	protected @Nullable Broker createAnotherInstance(Function<String, HistoryPolicy> policies,
			Function<String, StatePolicy> states) {
		return null;
	}

	@BeforeEach
	void prepareBroker() {
		this.broker = createBroker(BrokerContract::historyPolicy, BrokerContract::statePolicy);
		this.broker.listen(this.recorder);
	}

	/**
	 * Creates another instance and waits until both are connected; without one, skips the
	 * test.
	 */
	final Broker anotherInstance(Recorder recorder) {
		Broker other = createAnotherInstance(BrokerContract::historyPolicy, BrokerContract::statePolicy);
		if (other == null) {
			return Assumptions.abort("This broker is for one instance alone");
		}
		other.listen(recorder);
		get(other.subscribe("ready"));
		get(this.broker.subscribe("ready"));
		return other;
	}

	/**
	 * Returns how much history the tests expect a channel to keep, by the first word of
	 * its name.
	 * @param channel the channel
	 * @return the policy
	 */
	protected static HistoryPolicy historyPolicy(String channel) {
		HistoryPolicy plenty = new HistoryPolicy(1000, 1_000_000, Duration.ofHours(1));
		return switch (channel.split("_")[0]) {
			case "few" -> new HistoryPolicy(3, plenty.bytes(), plenty.ttl());
			case "small" -> new HistoryPolicy(plenty.size(), 200, plenty.ttl());
			case "brief" -> new HistoryPolicy(plenty.size(), plenty.bytes(), HISTORY_TTL);
			case "none" -> new HistoryPolicy(0, plenty.bytes(), plenty.ttl());
			default -> plenty;
		};
	}

	/**
	 * Returns how much state the tests expect a channel to have, by the first word of its
	 * name.
	 * @param channel the channel
	 * @return the policy
	 */
	protected static StatePolicy statePolicy(String channel) {
		return switch (channel.split("_")[0]) {
			case "few" -> new StatePolicy(1000, 3, null);
			case "small" -> new StatePolicy(20, 100, null);
			case "brief" -> new StatePolicy(1000, 100, STATE_TTL);
			default -> StatePolicy.DEFAULT;
		};
	}

	/**
	 * Subscribes as the hub does for its first client.
	 * @param channel the channel
	 */
	protected final void subscribe(String channel) {
		get(this.broker.subscribe(channel));
		history(channel, null, 0);
	}

	/**
	 * Publishes a message and waits for its position.
	 * @param channel the channel
	 * @param json the message
	 * @return the position
	 */
	protected final Position publish(String channel, String json) {
		return get(this.broker.publish(draft(channel, json)));
	}

	/**
	 * Reads the history.
	 * @param channel the channel
	 * @param since the position to read on from, or {@code null}
	 * @param limit how many publications at most
	 * @return the history
	 */
	protected final History history(String channel, @Nullable Position since, int limit) {
		return get(this.broker.history(channel, since, limit));
	}

	/**
	 * Makes a message that has no number yet.
	 * @param channel the channel
	 * @param json the message
	 * @return the draft
	 */
	protected static Draft draft(String channel, String json) {
		return draft(channel, json, SendOptions.defaults());
	}

	/**
	 * Makes a message that has no number yet, as the protocol has it.
	 * @param channel the channel
	 * @param json the message
	 * @param options who does not get it, and its idempotency key
	 * @return the draft
	 */
	protected static Draft draft(String channel, String json, SendOptions options) {
		return new Draft(channel, "{\"type\":\"message\",\"channel\":\"" + channel + "\",\"offset\":",
				Line.of(",\"data\":" + json + "}"), options.excluded(), options.idempotencyKey());
	}

	/**
	 * Waits for what a future completes with.
	 * @param <T> what it is
	 * @param future the future
	 * @return what it has completed with
	 */
	protected static <T extends @Nullable Object> T get(CompletableFuture<T> future) {
		try {
			return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	static ConditionFactory await() {
		return Awaitility.await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10));
	}

}
