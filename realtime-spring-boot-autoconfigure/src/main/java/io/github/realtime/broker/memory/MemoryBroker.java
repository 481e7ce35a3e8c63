package io.github.realtime.broker.memory;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.github.realtime.Position;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.BrokerListener;
import io.github.realtime.broker.Draft;
import io.github.realtime.broker.History;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.IdempotencyRecord;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.MemberPage;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.protocol.Line;
import io.github.realtime.support.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * The broker of an application that runs as one process. A publication has been handed to
 * the listener when {@link #publish} returns; one that the listener causes, when the call
 * that caused it does.
 */
public final class MemoryBroker implements Broker, AutoCloseable {

	private static final long VERSIONS = 1_000_000_000;

	private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(10);

	private final ConcurrentMap<String, ChannelLog> logs = new ConcurrentHashMap<>();

	/** So that changes of a channel that was empty meanwhile are seen to be others. */
	private final AtomicLong presenceVersion = new AtomicLong();

	private final ConcurrentMap<String, ChannelMembers> members = new ConcurrentHashMap<>();

	private final IdempotencyRecords answers = new IdempotencyRecords();

	private final Function<String, HistoryPolicy> policies;

	private final Function<String, StatePolicy> states;

	private final Clock clock;

	private final ScheduledExecutorService sweeper;

	private volatile BrokerListener listener = (publication) -> {
	};

	/**
	 * On a thread that is inside the listener, the channels that the listener has
	 * published to. They come after its return: a thread that held one channel while it
	 * waited for another could be waited for in turn.
	 */
	private final ThreadLocal<@Nullable Deque<ChannelLog>> caused = new ThreadLocal<>();

	/**
	 * The epoch of every channel that has none of its own yet, so that a channel without
	 * publications needs no memory. A new one begins whenever a numbering is forgotten.
	 */
	private volatile String epoch = newEpoch();

	/**
	 * Creates a broker.
	 * @param policies tells how much history a channel keeps
	 */
	public MemoryBroker(Function<String, HistoryPolicy> policies) {
		this(policies, (channel) -> StatePolicy.DEFAULT);
	}

	/**
	 * Creates a broker.
	 * @param policies tells how much history a channel keeps
	 * @param states tells how much state a channel may have
	 */
	public MemoryBroker(Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		this(policies, states, Clock.systemUTC());
	}

	MemoryBroker(Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states, Clock clock) {
		this.policies = policies;
		this.states = states;
		this.clock = clock;
		this.sweeper = DaemonThreads.timer("realtime-memory-broker-");
		this.sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_INTERVAL.toMillis(), SWEEP_INTERVAL.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	@Override
	public CompletableFuture<Position> publish(Draft draft) {
		while (true) {
			ChannelLog log = log(draft.channel());
			Position position = log.append(draft, this.clock.millis());
			if (position != null) {
				deliver(log);
				return CompletableFuture.completedFuture(position);
			}
		}
	}

	private void deliver(ChannelLog log) {
		Deque<ChannelLog> caused = this.caused.get();
		if (caused != null) {
			caused.add(log);
			return;
		}
		caused = new ArrayDeque<>(1);
		this.caused.set(caused);
		try {
			for (ChannelLog next = log; next != null; next = caused.poll()) {
				next.deliver(this.listener);
			}
		}
		finally {
			this.caused.remove();
		}
	}

	@Override
	public CompletableFuture<History> history(String channel, @Nullable Position since, int limit) {
		ChannelLog log = this.logs.get(channel);
		return CompletableFuture.completedFuture((log != null) ? log.read(since, limit, this.clock.millis())
				: ChannelLog.unused(this.epoch, since, false));
	}

	@Override
	public CompletableFuture<StateOutcome> change(StateChange change) {
		while (true) {
			ChannelLog log = log(change.channel());
			StateOutcome outcome = log.change(change, this.clock.millis());
			if (outcome != null) {
				deliver(log);
				return CompletableFuture.completedFuture(outcome);
			}
		}
	}

	@Override
	public CompletableFuture<@Nullable StateEntry> value(String channel, String key) {
		ChannelLog log = this.logs.get(channel);
		return CompletableFuture.completedFuture((log != null) ? log.value(key, this.clock.millis()) : null);
	}

	@Override
	public CompletableFuture<History> snapshot(String channel, @Nullable Position since, int limit) {
		ChannelLog log = this.logs.get(channel);
		return CompletableFuture.completedFuture((log != null) ? log.snapshot(since, limit, this.clock.millis())
				: ChannelLog.unused(this.epoch, since, true));
	}

	@Override
	public CompletableFuture<Boolean> hasChanged(String channel, String idempotencyKey) {
		ChannelLog log = this.logs.get(channel);
		return CompletableFuture.completedFuture(log != null && log.hasSeen(idempotencyKey, this.clock.millis()));
	}

	@Override
	public CompletableFuture<Boolean> claim(String channel, String task, Duration atMost) {
		return CompletableFuture.completedFuture(true);
	}

	@Override
	public void release(String channel, String task) {
	}

	@Override
	public void occupy(String channel) {
		this.listener.onOccupied(channel);
	}

	@Override
	public void vacate(String channel) {
		this.listener.onVacated(channel);
	}

	@Override
	public CompletableFuture<?> enter(String channel, String clientId, String token, Line member) {
		this.members.compute(channel, (name, known) -> {
			ChannelMembers members = (known != null) ? known
					: new ChannelMembers(name, this.presenceVersion.addAndGet(VERSIONS));
			members.enter(clientId, token, member, (change) -> this.listener.onPresence(change));
			return members;
		});
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public void leave(String channel, String clientId, String token) {
		this.members.computeIfPresent(channel, (name, members) -> {
			members.leave(clientId, token, (change) -> this.listener.onPresence(change));
			return members.isEmpty() ? null : members;
		});
	}

	@Override
	public CompletableFuture<MemberPage> members(String channel, @Nullable String after, int limit) {
		ChannelMembers members = this.members.get(channel);
		return CompletableFuture
			.completedFuture((members != null) ? members.read(after, limit) : new MemberPage(0, 0, List.of(), null));
	}

	@Override
	public CompletableFuture<IdempotencyRecord> beginAnswer(String clientId, String op) {
		return CompletableFuture.completedFuture(this.answers.begin(clientId, op, this.clock.millis()));
	}

	@Override
	public CompletableFuture<?> keepAnswer(String clientId, String op, String answer) {
		this.answers.keep(clientId, op, answer, this.clock.millis());
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public void abandonAnswer(String clientId, String op) {
		this.answers.abandon(clientId, op);
	}

	@Override
	public void listen(BrokerListener listener) {
		this.listener = listener;
	}

	@Override
	public CompletableFuture<Void> subscribe(String channel) {
		while (!log(channel).setListened(true)) {
			Thread.onSpinWait();
		}
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public void unsubscribe(String channel) {
		ChannelLog log = this.logs.get(channel);
		if (log != null) {
			log.setListened(false);
			if (log.isUnused()) {
				forget(channel, log);
			}
		}
	}

	@Override
	public CompletableFuture<?> tell(InstanceMessage message) {
		this.listener.onInstanceMessage(message);
		return CompletableFuture.completedFuture(null);
	}

	private ChannelLog log(String channel) {
		return this.logs.computeIfAbsent(channel,
				(name) -> new ChannelLog(name, this.epoch, this.policies.apply(name), this.states.apply(name)));
	}

	/**
	 * Gives back what nobody needs any more.
	 */
	void sweep() {
		long now = this.clock.millis();
		this.answers.expire(now);
		this.logs.forEach((channel, log) -> {
			log.expire(now);
			if (log.isForgettable(now)) {
				forget(channel, log);
			}
		});
	}

	private void forget(String channel, ChannelLog log) {
		this.logs.computeIfPresent(channel, (name, current) -> {
			if (current != log || !log.retire(this.clock.millis())) {
				return current;
			}
			if (log.hasNumbered()) {
				this.epoch = newEpoch();
			}
			return null;
		});
	}

	/**
	 * Tells how many channels take memory.
	 * @return the number of channels
	 */
	int size() {
		return this.logs.size();
	}

	/**
	 * Tells how many answers take memory.
	 * @return the number of answers
	 */
	int answers() {
		return this.answers.count();
	}

	@Override
	public void close() {
		this.sweeper.shutdownNow();
	}

	private static String newEpoch() {
		return new BigInteger(50, new SecureRandom()).toString(Character.MAX_RADIX);
	}

}
