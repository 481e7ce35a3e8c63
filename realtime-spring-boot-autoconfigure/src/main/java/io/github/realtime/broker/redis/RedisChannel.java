package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.realtime.Position;
import org.jspecify.annotations.Nullable;

/**
 * What this instance knows of one channel, and whether it listens to it. It goes on
 * listening for a moment after nobody wants it any more.
 */
final class RedisChannel {

	private static final Duration LINGER = Duration.ofSeconds(3);

	/** How long a channel is remembered that nobody listens to. */
	private static final Duration MEMORY = Duration.ofMinutes(5);

	/** How often the history is read without a reason. */
	private static final Duration CHECK_INTERVAL = Duration.ofMinutes(1);

	private final String relayName;

	private final ChannelArguments arguments;

	private final boolean keepsHistory;

	private final Supplier<OrderedDelivery> deliveries;

	private OrderedDelivery delivery;

	private CompletableFuture<Void> listening = new CompletableFuture<>();

	private Listening state = Listening.NO;

	private boolean confirmed;

	/** When listening was last requested or released, in nanoseconds. */
	private long since;

	private long checked;

	private long used = System.nanoTime();

	/** The highest position at the last tick. */
	private @Nullable Position expected;

	private volatile @Nullable AssignedPosition highest;

	/**
	 * Creates a channel to which this instance does not listen.
	 * @param relayName the pub/sub channel that carries it
	 * @param arguments what scripts get about it
	 * @param keepsHistory whether it has a history
	 * @param deliveries makes a delivery for each time in which this instance listens
	 */
	RedisChannel(String relayName, ChannelArguments arguments, boolean keepsHistory,
			Supplier<OrderedDelivery> deliveries) {
		this.relayName = relayName;
		this.arguments = arguments;
		this.keepsHistory = keepsHistory;
		this.deliveries = deliveries;
		this.delivery = deliveries.get();
	}

	String relayName() {
		return this.relayName;
	}

	ChannelArguments arguments() {
		return this.arguments;
	}

	/**
	 * Returns the highest position that this instance knows.
	 * @return the position, or {@code null} if it knows none
	 */
	@Nullable AssignedPosition highest() {
		return this.highest;
	}

	/**
	 * Notes that the channel has reached a position, as a script replied that knew the
	 * highest one before.
	 * @param assigned the position
	 * @return {@code true} if it was in another epoch before
	 */
	boolean reached(AssignedPosition assigned) {
		if (!isBehind(this.highest, assigned.position())) {
			return false;
		}
		synchronized (this) {
			AssignedPosition highest = this.highest;
			if (!isBehind(highest, assigned.position())) {
				return false;
			}
			this.highest = assigned;
			this.used = System.nanoTime();
			return highest != null && !highest.position().epoch().equals(assigned.position().epoch());
		}
	}

	/**
	 * Notes that a publication was received. If it is of another term than what is known,
	 * only Redis knows whether that comes before it, so the history is read.
	 * @param assigned its position
	 * @return {@code true} if the channel was in another epoch before
	 */
	boolean received(AssignedPosition assigned) {
		AssignedPosition highest = this.highest;
		if (highest == null || highest.term().equals(assigned.term())) {
			return reached(assigned);
		}
		delivery().check();
		return false;
	}

	private static boolean isBehind(@Nullable AssignedPosition one, Position other) {
		return one == null || isBehind(one.position(), other);
	}

	private static boolean isBehind(Position one, Position other) {
		return one.offset() < other.offset() || !one.epoch().equals(other.epoch());
	}

	synchronized OrderedDelivery delivery() {
		return this.delivery;
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
	 * Returns the future of those that wait for listening to begin.
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
			this.delivery.check();
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
	 * @return what waited for too long, or {@code null} if nothing did
	 */
	synchronized @Nullable CompletableFuture<Void> tick(long now, Duration timeout, boolean lost,
			Runnable unsubscribe) {
		if (this.state == Listening.LINGERING && now - this.since > LINGER.toNanos()) {
			this.state = Listening.NO;
			this.confirmed = false;
			this.delivery = this.deliveries.get();
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
		Position last = this.delivery.last();
		boolean missing = last != null && this.expected != null && isBehind(last, this.expected);
		boolean due = now - this.checked > CHECK_INTERVAL.toNanos();
		if (due && !this.keepsHistory && !lost && !missing) {
			// What is on its way is in no history, and would count as lost
			this.checked = now;
			this.delivery.look();
		}
		else if (lost || missing || due) {
			this.checked = now;
			this.delivery.check();
		}
		else {
			this.delivery.retry();
		}
		AssignedPosition highest = this.highest;
		this.expected = (highest != null) ? highest.position() : null;
	}

	synchronized boolean isForgettable(long now) {
		return this.state == Listening.NO && now - this.used > MEMORY.toNanos();
	}

	/**
	 * Whether this instance listens to the channel.
	 */
	private enum Listening {

		NO, WANTED, LINGERING

	}

}
