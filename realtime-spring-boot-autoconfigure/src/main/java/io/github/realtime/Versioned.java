package io.github.realtime;

import org.jspecify.annotations.Nullable;

/**
 * A value of a channel's state, and when it changed last.
 *
 * @param value the value; {@code null} if it is absent, or if {@code null} is what is
 * stored
 * @param offset of the publication that changed it last, for
 * {@link ChannelState#compareAndSet}; 0 if it is absent
 * @param <T> the type of the value
 * @since 0.1.0
 */
public record Versioned<T>(@Nullable T value, long offset) {

	/**
	 * Tells whether there is a value.
	 * @return {@code false} if it is absent
	 */
	public boolean isPresent() {
		return this.offset > 0;
	}

}
