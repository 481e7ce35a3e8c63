package io.github.realtime.broker;

import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * One part of a {@link StateChange}.
 *
 * @since 0.1.0
 */
public sealed interface StateEdit {

	/**
	 * Stores a value.
	 *
	 * @param key the key
	 * @param value the value, as JSON
	 * @param expect the offset after which the key must not have changed; 0 if it has to
	 * be absent; {@code null} if it does not matter
	 */
	record Set(String key, Line value, @Nullable Long expect) implements StateEdit {

	}

	/**
	 * Adds to a number. An absent one counts as 0.
	 *
	 * @param key the key
	 * @param by how much
	 * @param whole whether the result has to be a whole number below 2<sup>53</sup>
	 */
	record Increment(String key, double by, boolean whole) implements StateEdit {

	}

	/**
	 * Removes a value.
	 *
	 * @param key the key
	 * @param expect see {@link Set}
	 */
	record Remove(String key, @Nullable Long expect) implements StateEdit {

	}

	/**
	 * Removes all values.
	 */
	record Clear() implements StateEdit {

	}

}
