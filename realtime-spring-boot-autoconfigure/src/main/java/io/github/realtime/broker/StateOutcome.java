package io.github.realtime.broker;

import java.util.Collections;
import java.util.List;

import io.github.realtime.Position;
import io.github.realtime.StateRefusedException.Reason;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link StateChange}.
 *
 * @since 0.1.0
 */
public sealed interface StateOutcome {

	/**
	 * It was made.
	 *
	 * @param position of its publication; the top if there was nothing to change
	 * @param values for each edit the value that is stored now; {@code null} where there
	 * is none
	 * @param repeated whether it was made before, with the same idempotency key. What was
	 * set is not kept so long: of the values only the sums are then those of before
	 */
	record Changed(Position position, List<@Nullable Line> values, boolean repeated) implements StateOutcome {

		/**
		 * Copies the list.
		 */
		public Changed {
			values = Collections.unmodifiableList(values);
		}

		/**
		 * It was made now.
		 * @param position of its publication
		 * @param values for each edit the value that is stored now
		 */
		public Changed(Position position, List<@Nullable Line> values) {
			this(position, values, false);
		}

	}

	/**
	 * A key was not as expected; nothing was changed.
	 *
	 * @param key the key
	 * @param current what is there, if anything is
	 */
	record Conflict(String key, @Nullable StateEntry current) implements StateOutcome {

	}

	/**
	 * It can't be made; nothing was changed.
	 *
	 * @param reason why
	 * @param key the key that it is about
	 */
	record Refused(Reason reason, String key) implements StateOutcome {

	}

}
