package io.github.realtime.broker.memory;

import java.util.ArrayList;
import java.util.List;

import io.github.realtime.Publication;
import io.github.realtime.broker.HistoryPolicy;

/**
 * What is kept of one channel, oldest first, within the bounds of its policy.
 */
final class RecentPublications {

	/** How much room the dropped ones may take up before it is given back. */
	private static final int MAX_DROPPED = 64;

	private final HistoryPolicy policy;

	private List<TimedPublication> kept = new ArrayList<>(0);

	/** Where the oldest is: what stands before it has been dropped. */
	private int oldest;

	private long bytes;

	RecentPublications(HistoryPolicy policy) {
		this.policy = policy;
	}

	void add(Publication publication, long now) {
		if (this.policy.size() == 0) {
			return;
		}
		this.kept.add(new TimedPublication(publication, now));
		this.bytes += publication.line().bytes();
		while (size() > this.policy.size() || (this.bytes > this.policy.bytes() && size() > 1)) {
			dropOldest();
		}
	}

	void expire(long now) {
		while (size() > 0 && now - this.kept.get(this.oldest).time() >= this.policy.ttl().toMillis()) {
			dropOldest();
		}
	}

	private void dropOldest() {
		this.bytes -= this.kept.get(this.oldest).publication().line().bytes();
		this.kept.set(this.oldest, null);
		this.oldest++;
		if (size() == 0) {
			this.kept = new ArrayList<>(0);
			this.oldest = 0;
		}
		else if (this.oldest > Math.max(MAX_DROPPED, size())) {
			this.kept.subList(0, this.oldest).clear();
			this.oldest = 0;
		}
	}

	int size() {
		return this.kept.size() - this.oldest;
	}

	/**
	 * Reads some.
	 * @param skip how many of the oldest to leave out, from 0 to {@link #size()}
	 * @param limit how many to read at most
	 * @return the publications
	 */
	List<Publication> read(int skip, int limit) {
		int from = this.oldest + skip;
		int to = from + Math.min(limit, size() - skip);
		return this.kept.subList(from, to).stream().map(TimedPublication::publication).toList();
	}

	private record TimedPublication(Publication publication, long time) {

	}

}
