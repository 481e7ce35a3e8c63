package io.github.realtime.broker.memory;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * The values of one channel.
 */
final class ChannelValues {

	private final StatePolicy policy;

	private Map<String, StateEntry> entries = new LinkedHashMap<>(0);

	private long bytes;

	private long changed;

	ChannelValues(StatePolicy policy) {
		this.policy = policy;
	}

	StatePolicy policy() {
		return this.policy;
	}

	boolean isEmpty() {
		return this.entries.isEmpty();
	}

	/**
	 * Tells how much there is.
	 * @return the bytes of all keys and values
	 */
	long bytes() {
		return this.bytes;
	}

	Map<String, StateEntry> entries() {
		return this.entries;
	}

	void expire(long now) {
		if (!isEmpty() && this.policy.ttl() != null && now - this.changed >= this.policy.ttl().toMillis()) {
			this.entries = new LinkedHashMap<>(0);
			this.bytes = 0;
		}
	}

	/**
	 * Stores what a change has made of some keys.
	 * @param changes by key the new value, or {@code null} where it was removed
	 * @param offset of the publication
	 * @param now the time in milliseconds
	 */
	void store(Map<String, @Nullable Line> changes, long offset, long now) {
		this.changed = now;
		changes.forEach((key, value) -> {
			StateEntry before = (value != null) ? this.entries.put(key, new StateEntry(value, offset))
					: this.entries.remove(key);
			this.bytes += weight(key, value) - weight(key, (before != null) ? before.value() : null);
		});
	}

	static long weight(String key, @Nullable Line value) {
		return (value != null) ? Line.bytesOf(key) + value.bytes() : 0;
	}

}
