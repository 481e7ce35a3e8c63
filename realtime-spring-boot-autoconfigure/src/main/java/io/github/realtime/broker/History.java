package io.github.realtime.broker;

import java.util.List;
import java.util.Map;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import org.jspecify.annotations.Nullable;

/**
 * A part of a channel's stream, read in one step.
 *
 * @param top the channel's last position at the moment of reading
 * @param complete whether nothing is missing between the position asked for and the first
 * publication, or the top if there is none; {@code false} also if that position is of
 * another epoch or lies in the future. {@code true} if no position was asked for
 * @param publications in the order of their offsets, without a hole
 * @param state all values at the top, if they were asked for
 * @since 0.1.0
 */
public record History(Position top, boolean complete, List<Publication> publications,
		@Nullable Map<String, StateEntry> state) {

	/**
	 * Copies the list.
	 */
	public History {
		publications = List.copyOf(publications);
	}

	/**
	 * Creates a history without state.
	 * @param top the channel's last position
	 * @param complete whether nothing is missing
	 * @param publications in the order of their offsets
	 */
	public History(Position top, boolean complete, List<Publication> publications) {
		this(top, complete, publications, null);
	}

}
