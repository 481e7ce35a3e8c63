package io.github.realtime.session;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits how much the clients of this instance publish to each channel.
 */
final class PublishRates {

	private static final int SWEEP = 1000;

	private final int perSecond;

	private final int burst;

	private final ConcurrentMap<String, CommandRate> channels = new ConcurrentHashMap<>();

	private final AtomicLong taken = new AtomicLong();

	/**
	 * Creates it.
	 * @param perSecond how many messages a channel takes in the long run, and twice as
	 * many at once; 0 for no limit
	 */
	PublishRates(int perSecond) {
		this.perSecond = perSecond;
		this.burst = (int) Math.min(Integer.MAX_VALUE, 2L * perSecond);
	}

	/**
	 * Asks for one message.
	 * @param channel the channel
	 * @param now {@link System#nanoTime()}
	 * @return {@code false} if it is too much
	 */
	boolean take(String channel, long now) {
		if (this.perSecond == 0) {
			return true;
		}
		if (this.taken.incrementAndGet() % SWEEP == 0) {
			this.channels.keySet()
				.forEach((name) -> this.channels.computeIfPresent(name, (key, rate) -> rate.isFull(now) ? null : rate));
		}
		boolean[] accepted = new boolean[1];
		this.channels.compute(channel, (name, known) -> {
			CommandRate rate = (known != null) ? known : new CommandRate(this.perSecond, this.burst, now);
			accepted[0] = rate.take(now) == CommandRate.Verdict.ACCEPTED;
			return rate;
		});
		return accepted[0];
	}

	int size() {
		return this.channels.size();
	}

}
