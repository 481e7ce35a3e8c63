package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.realtime.Position;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.StatePolicy;
import org.jspecify.annotations.Nullable;

/**
 * What this instance knows of one channel, and whether it listens to it. It goes on
 * listening for a moment after it is no longer wanted.
 */
final class RedisChannel {

	private static final Duration LINGER = Duration.ofSeconds(3);

	/** How long a channel is remembered that nobody listens to. */
	private static final Duration MEMORY = Duration.ofMinutes(5);

	/** How often the history is looked at without a reason. */
	private static final Duration CHECK_INTERVAL = Duration.ofMinutes(1);

	private final String relayName;

	private final String[] keys;

	private final HistoryPolicy policy;

	private final List<byte[]> historyBounds;

	private final List<byte[]> stateBounds;

	private final Supplier<OrderedDelivery> relays;

	private OrderedDelivery relay;

	private CompletableFuture<Void> listening = new CompletableFuture<>();

	private Listening state = Listening.NO;

	private boolean confirmed;

	/** Since when it has been to be begun, or to be ended. */
	private long since;

	private long checked;

	private long used = System.nanoTime();

	/** What was the highest position a tick ago. */
	private @Nullable Position expected;

	private volatile @Nullable AssignedPosition highest;

	RedisChannel(String relayName, String[] keys, HistoryPolicy policy, StatePolicy state,
			Supplier<OrderedDelivery> relays) {
		this.relayName = relayName;
		this.keys = keys;
		this.policy = policy;
		this.historyBounds = List.of(RedisBroker.number(policy.size()), RedisBroker.number(policy.bytes()),
				RedisBroker.number(policy.ttl().toMillis()));
		this.stateBounds = List.of(RedisBroker.number(state.size()), RedisBroker.number(state.keys()),
				(state.ttl() != null) ? RedisBroker.number(state.ttl().toMillis()) : new byte[0]);
		this.relays = relays;
		this.relay = relays.get();
	}

	String relayName() {
		return this.relayName;
	}

	String[] keys() {
		return this.keys;
	}

	HistoryPolicy policy() {
		return this.policy;
	}

	/**
	 * Returns the history's bounds.
	 * @return its policy, as scripts get it
	 */
	List<byte[]> historyBounds() {
		return this.historyBounds;
	}

	/**
	 * Returns the state's bounds.
	 * @return its policy, as scripts get it
	 */
	List<byte[]> stateBounds() {
		return this.stateBounds;
	}

	/**
	 * Tells the highest position that this instance has heard of.
	 * @return the position, if it has heard of any
	 */
	@Nullable AssignedPosition highest() {
		return this.highest;
	}

	/**
	 * Notes that the channel has reached a position, as a script answered that knew the
	 * highest one before.
	 * @param mark the position
	 * @return {@code true} if it was in another epoch before
	 */
	boolean reached(AssignedPosition mark) {
		if (!isBehind(this.highest, mark.position())) {
			return false;
		}
		synchronized (this) {
			AssignedPosition highest = this.highest;
			if (!isBehind(highest, mark.position())) {
				return false;
			}
			this.highest = mark;
			this.used = System.nanoTime();
			return highest != null && !highest.position().epoch().equals(mark.position().epoch());
		}
	}

	/**
	 * Notes that a publication was heard. If it is of another term than what is known,
	 * Redis is asked whether that has a place before it.
	 * @param mark its position
	 * @return {@code true} if the channel was in another epoch before
	 */
	boolean heard(AssignedPosition mark) {
		AssignedPosition highest = this.highest;
		if (highest == null || highest.term().equals(mark.term())) {
			return reached(mark);
		}
		relay().check();
		return false;
	}

	private static boolean isBehind(@Nullable AssignedPosition one, Position other) {
		return one == null || isBehind(one.position(), other);
	}

	private static boolean isBehind(Position one, Position other) {
		return one.offset() < other.offset() || !one.epoch().equals(other.epoch());
	}

	synchronized OrderedDelivery relay() {
		return this.relay;
	}

	/**
	 * Keeps this from being forgotten for a while.
	 */
	synchronized void use() {
		this.used = System.nanoTime();
	}

	synchronized boolean isListened() {
		return this.state != Listening.NO && this.confirmed;
	}

	/**
	 * Notes that listening is wanted.
	 * @param subscribe called if it has to be begun
	 * @return completes when it has begun
	 */
	synchronized CompletableFuture<Void> listen(Runnable subscribe) {
		boolean again = this.listening.isCompletedExceptionally();
		if (this.state == Listening.NO || again) {
			this.listening = new CompletableFuture<>();
			this.since = System.nanoTime();
			subscribe.run();
		}
		this.state = Listening.WANTED;
		return this.listening;
	}

	/**
	 * Returns what waits for listening to begin.
	 * @return completes when it has begun
	 */
	synchronized CompletableFuture<Void> listening() {
		return this.listening;
	}

	synchronized void unlisten() {
		if (this.state == Listening.WANTED) {
			this.state = Listening.LINGERING;
			this.since = System.nanoTime();
		}
	}

	/**
	 * Notes that listening has begun, or begun anew.
	 * @return what waits for it; {@code null} if this is not listened to any more
	 */
	synchronized @Nullable CompletableFuture<Void> confirm() {
		if (this.state == Listening.NO) {
			return null;
		}
		if (this.confirmed) {
			this.relay.check();
		}
		else {
			this.confirmed = true;
			this.checked = System.nanoTime();
		}
		return this.listening;
	}

	/**
	 * Looks after this channel.
	 * @param now the time in nanoseconds
	 * @param timeout how long listening may take to begin
	 * @param lost whether Redis has lost something
	 * @param unsubscribe called when listening has to end
	 * @return what waited for too long, if something did
	 */
	synchronized @Nullable CompletableFuture<Void> tick(long now, Duration timeout, boolean lost,
			Runnable unsubscribe) {
		if (this.state == Listening.LINGERING && now - this.since > LINGER.toNanos()) {
			this.state = Listening.NO;
			this.confirmed = false;
			this.relay = this.relays.get();
			this.used = now;
			unsubscribe.run();
		}
		else if (this.confirmed) {
			mend(now, lost);
		}
		else if (this.state == Listening.WANTED && now - this.since > timeout.toNanos()) {
			return this.listening;
		}
		return null;
	}

	private void mend(long now, boolean lost) {
		Position last = this.relay.last();
		boolean missing = last != null && this.expected != null && isBehind(last, this.expected);
		boolean due = now - this.checked > CHECK_INTERVAL.toNanos();
		if (due && this.policy.size() == 0 && !lost && !missing) {
			// What is on its way could not be found in the history, and would count as
			// lost
			this.checked = now;
			this.relay.look();
		}
		else if (lost || missing || due) {
			this.checked = now;
			this.relay.check();
		}
		else {
			this.relay.retry();
		}
		AssignedPosition highest = this.highest;
		this.expected = (highest != null) ? highest.position() : null;
	}

	synchronized boolean isForgettable(long now) {
		return this.state == Listening.NO && now - this.used > MEMORY.toNanos();
	}

	/**
	 * How much this instance wants to hear of the channel.
	 */
	private enum Listening {

		NO, WANTED, LINGERING

	}

}
