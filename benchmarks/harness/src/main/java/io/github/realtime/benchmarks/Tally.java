package io.github.realtime.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What arrived in one run: how many messages, how late, and whether each subscription got
 * exactly those that were sent, in order. Written by the generator's thread.
 */
final class Tally {

	/** As the number of a run: what tells that a subscription is there. */
	static final int PROBE = 0;

	private static final long LONGEST = TimeUnit.MINUTES.toNanos(10);

	private final int run;

	private final long expected;

	private final Histogram latency = new Histogram(LONGEST, 3);

	private final AtomicLong delivered = new AtomicLong();

	private final AtomicLong faults = new AtomicLong();

	private long start = Long.MIN_VALUE;

	private long firstDue = Long.MAX_VALUE;

	private volatile long lastArrived;

	private volatile @Nullable String fault;

	private volatile boolean wrong;

	private volatile long late;

	/**
	 * Creates a tally.
	 * @param run the number of the run
	 * @param expected how many deliveries there should be, all subscriptions together
	 */
	Tally(int run, long expected) {
		this.run = run;
		this.expected = expected;
	}

	/**
	 * Has what was due before, when nobody was there, count as due now. To be called
	 * before anything arrives.
	 */
	void startNow() {
		this.start = System.nanoTime();
	}

	int run() {
		return this.run;
	}

	/**
	 * Notes a delivery.
	 * @param due when the message was due
	 * @param arrived when it was read
	 */
	void delivered(long due, long arrived) {
		long start = Math.max(due, this.start);
		this.firstDue = Math.min(this.firstDue, start);
		this.latency.recordValue(Math.min(Math.max(arrived - start, 0), LONGEST));
		this.lastArrived = arrived;
		// One writer
		this.delivered.lazySet(this.delivered.getPlain() + 1);
	}

	/**
	 * Notes what makes the run invalid.
	 * @param what what it is
	 */
	void fault(String what) {
		if (this.faults.incrementAndGet() == 1) {
			this.fault = what;
		}
	}

	/**
	 * Notes a message that is not the one that should have come.
	 * @param what what it is
	 */
	void wrong(String what) {
		this.wrong = true;
		fault(what);
	}

	/**
	 * Notes a message that came behind one that was sent later.
	 */
	void late() {
		this.late++;
	}

	/**
	 * Returns how many messages came behind one that was sent later.
	 * @return the number, where that is no fault
	 */
	long lateCount() {
		return this.late;
	}

	/**
	 * Tells whether messages came that should not have come, or not then.
	 * @return {@code true} if so
	 */
	boolean isWrong() {
		return this.wrong;
	}

	/**
	 * Waits until everything is there, or it is clear that this is no result.
	 * @param patience how long nothing may arrive before the rest counts as lost
	 * @param limit how long it may take altogether
	 * @throws InterruptedException if interrupted
	 */
	void await(Duration patience, Duration limit) throws InterruptedException {
		long deadline = System.nanoTime() + limit.toNanos();
		long seen = -1;
		long since = System.nanoTime();
		while (this.delivered.get() < this.expected && this.fault == null) {
			long now = System.nanoTime();
			if (this.delivered.get() != seen) {
				seen = this.delivered.get();
				since = now;
			}
			if (now - since > patience.toNanos() || now > deadline) {
				fault((this.expected - seen) + " of " + this.expected + " deliveries are missing");
				return;
			}
			Thread.sleep(1);
		}
	}

	/**
	 * Ends the run: waits for what should not come, and checks the number.
	 * @throws InterruptedException if interrupted
	 */
	void close() throws InterruptedException {
		Thread.sleep(200);
		if (this.delivered.get() > this.expected) {
			wrong((this.delivered.get() - this.expected) + " deliveries too many");
		}
	}

	/**
	 * Returns why the run is not a result.
	 * @return the first of its faults and how many more there are, or {@code null}
	 */
	@Nullable String fault() {
		String first = this.fault;
		return (first != null && this.faults.get() > 1) ? first + " (and " + (this.faults.get() - 1) + " more)" : first;
	}

	long delivered() {
		return this.delivered.get();
	}

	/**
	 * Returns how long it took from when the first message was due until the last one was
	 * read.
	 * @return the time in seconds
	 */
	double seconds() {
		return (this.lastArrived - this.firstDue) / 1e9;
	}

	/**
	 * Returns how late messages were.
	 * @param percentile of them
	 * @return the time in milliseconds that this many did not exceed
	 */
	double latency(double percentile) {
		return this.latency.getValueAtPercentile(percentile) / 1e6;
	}

}
