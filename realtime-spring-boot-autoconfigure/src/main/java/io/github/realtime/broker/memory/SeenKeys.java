package io.github.realtime.broker.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.realtime.Position;
import io.github.realtime.broker.Draft;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEdit;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StateOutcome.Changed;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for five minutes which idempotency keys one channel has seen, and what
 * happened then. Not safe for use by several threads.
 */
final class SeenKeys {

	private static final long TTL = Duration.ofMinutes(5).toMillis();

	private Map<String, SeenKey> keys = new LinkedHashMap<>(0);

	boolean isEmpty() {
		return this.keys.isEmpty();
	}

	boolean contains(String key) {
		return this.keys.containsKey(key);
	}

	/**
	 * Finds what a publication was published as before.
	 * @param key its idempotency key, if it has one
	 * @return its position, or {@code null} if it is new
	 */
	@Nullable Position position(@Nullable String key) {
		SeenKey seen = this.keys.get(key);
		return (seen != null) ? seen.position() : null;
	}

	/**
	 * Finds the outcome that a change had before.
	 * @param change the change
	 * @return the outcome, or {@code null} if the change is new
	 */
	@Nullable StateOutcome outcome(StateChange change) {
		SeenKey seen = this.keys.get(change.idempotencyKey());
		return (seen != null && seen.sums() != null) ? new Changed(seen.position(), repeated(change, seen.sums()), true)
				: null;
	}

	private static List<@Nullable Line> repeated(StateChange change, List<Line> sums) {
		Iterator<Line> next = sums.iterator();
		List<@Nullable Line> values = new ArrayList<>();
		for (StateEdit edit : change.edits()) {
			boolean increment = edit instanceof StateEdit.Increment;
			values.add((increment && next.hasNext()) ? next.next()
					: (edit instanceof StateEdit.Set set) ? set.value() : null);
		}
		return values;
	}

	void add(Draft draft, Position position, long now) {
		add(draft.idempotencyKey(), new SeenKey(position, null, now + TTL));
	}

	void add(StateChange change, Position position, List<@Nullable Line> results, long now) {
		add(change.idempotencyKey(), new SeenKey(position, sums(change, results), now + TTL));
	}

	private void add(@Nullable String key, SeenKey seen) {
		if (key != null) {
			this.keys.put(key, seen);
		}
	}

	/**
	 * Picks the results that have to be remembered. Values that were set may be large,
	 * and whoever repeats a change sends them again.
	 */
	private static List<Line> sums(StateChange change, List<@Nullable Line> results) {
		List<Line> sums = new ArrayList<>(0);
		for (int i = 0; i < results.size(); i++) {
			Line result = results.get(i);
			if (change.edits().get(i) instanceof StateEdit.Increment && result != null) {
				sums.add(result);
			}
		}
		return sums;
	}

	void expire(long now) {
		// All keys live equally long, so they expire in the order in which they came
		Iterator<SeenKey> seen = this.keys.values().iterator();
		while (seen.hasNext() && seen.next().expires() <= now) {
			seen.remove();
			if (this.keys.isEmpty()) {
				this.keys = new LinkedHashMap<>(0);
				return;
			}
		}
	}

	private record SeenKey(Position position, @Nullable List<Line> sums, long expires) {

	}

}
