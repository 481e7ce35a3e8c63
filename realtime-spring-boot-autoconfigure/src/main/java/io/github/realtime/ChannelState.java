package io.github.realtime;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.core.ParameterizedTypeReference;

/**
 * The values that belong to a channel. Every change is stored and published to the
 * channel's subscribers in one step. It is made at once: also inside a transaction,
 * because what it leads to can be read right away.
 * <p>
 * Keys have 1 to 256 bytes of UTF-8. Values are whatever Jackson writes as JSON, of at
 * most {@code realtime.limits.message-size}; a stored {@code null} is a value too.
 * <p>
 * Besides what is said of each, all methods throw {@link RealtimeUnavailableException} if
 * the broker did not answer in time, in which case the outcome is unknown;
 * {@link IllegalArgumentException} if a key is not one; and those that write
 * {@link PayloadTooLargeException} if a value is too large by itself, and
 * {@link StateRefusedException} if the state would exceed {@code realtime.limits}.
 *
 * @since 0.1.0
 * @see RealtimeChannel#state()
 */
public interface ChannelState {

	/**
	 * Reads a value.
	 * @param key the key
	 * @param type what to read the JSON as
	 * @param <T> the type
	 * @return the value, if there is one
	 * @throws RealtimeException if the JSON can't be read as that type
	 */
	<T> Versioned<T> get(String key, Class<T> type);

	/**
	 * Reads a value of a generic type.
	 * @param key the key
	 * @param type what to read the JSON as
	 * @param <T> the type
	 * @return the value, if there is one
	 * @throws RealtimeException if the JSON can't be read as that type
	 */
	<T> Versioned<T> get(String key, ParameterizedTypeReference<T> type);

	/**
	 * Reads all values.
	 * @return by key the value
	 */
	Map<String, JsonNode> getAll();

	/**
	 * Reads all values and the channel's position in one step, for a page that is
	 * rendered with them.
	 * @return both, as HTML
	 */
	PageCursor cursor();

	/**
	 * Stores a value.
	 * @param key the key
	 * @param value the value
	 */
	void set(String key, @Nullable Object value);

	/**
	 * Stores a value where there is none.
	 * @param key the key
	 * @param value the value
	 * @return {@code false} if there was one, which stays
	 */
	default boolean setIfAbsent(String key, @Nullable Object value) {
		return compareAndSet(key, 0, value);
	}

	/**
	 * Stores a value if it has not changed since it was read.
	 * @param key the key
	 * @param expectedOffset of the {@link Versioned} that was read
	 * @param value the value
	 * @return {@code false} if it has changed, in which case it stays as it is
	 */
	boolean compareAndSet(String key, long expectedOffset, @Nullable Object value);

	/**
	 * Makes a new value of the present one. If that changes in the meantime, it is done
	 * again.
	 * @param key the key
	 * @param type what to read the JSON as
	 * @param function gets the value, {@code null} if it is absent, and returns the new
	 * one; may be called several times
	 * @param <T> the type
	 * @return the new value
	 * @throws RealtimeException if the JSON can't be read as that type, or if the value
	 * kept changing
	 */
	<T> @Nullable T update(String key, Class<T> type, UnaryOperator<@Nullable T> function);

	/**
	 * Makes a new value of the present one, of a generic type. See
	 * {@link #update(String, Class, UnaryOperator)}.
	 * @param key the key
	 * @param type what to read the JSON as
	 * @param function returns the new value
	 * @param <T> the type
	 * @return the new value
	 */
	<T> @Nullable T update(String key, ParameterizedTypeReference<T> type, UnaryOperator<@Nullable T> function);

	/**
	 * Adds to a whole number. An absent one counts as 0.
	 * @param key the key
	 * @param by how much; may be negative
	 * @return the new value
	 * @throws StateRefusedException if what is there is no whole number, or if it would
	 * not stay below 2<sup>53</sup>, up to which browsers count exactly
	 */
	long increment(String key, long by);

	/**
	 * Adds to a number. An absent one counts as 0.
	 * @param key the key
	 * @param by how much; may be negative
	 * @return the new value
	 * @throws StateRefusedException if what is there is no number, or would not stay one
	 */
	double increment(String key, double by);

	/**
	 * Removes a value. Harmless if it is absent.
	 * @param key the key
	 */
	void remove(String key);

	/**
	 * Removes all values.
	 */
	void clear();

	/**
	 * Makes several changes in one step, which subscribers get as one publication: all of
	 * them, or none.
	 * @param changes says what to change, in order
	 */
	void change(Consumer<Changes> changes);

	/**
	 * Several changes to be made in one step.
	 */
	interface Changes {

		/**
		 * Stores a value.
		 * @param key the key
		 * @param value the value
		 * @return this
		 */
		Changes set(String key, @Nullable Object value);

		/**
		 * Adds to a whole number. See {@link ChannelState#increment(String, long)}.
		 * @param key the key
		 * @param by how much
		 * @return this
		 */
		Changes increment(String key, long by);

		/**
		 * Adds to a number. See {@link ChannelState#increment(String, double)}.
		 * @param key the key
		 * @param by how much
		 * @return this
		 */
		Changes increment(String key, double by);

		/**
		 * Removes a value.
		 * @param key the key
		 * @return this
		 */
		Changes remove(String key);

		/**
		 * Removes all values, those set before in this step included.
		 * @return this
		 */
		Changes clear();

	}

}
