package io.github.realtime.broker;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * A publication that has no offset yet. Its line is {@code head}, the offset, and
 * {@code tail}, so that a broker numbers it without knowing what it says.
 *
 * @param channel a valid channel name
 * @param head what stands before the offset, in ASCII
 * @param tail what stands behind the offset
 * @param excluded who does not get it, as a {@link Publication} has it
 * @param idempotencyKey names the intent, if it may be sent again
 * @since 0.1.0
 */
public record Draft(String channel, String head, Line tail, @Nullable String excluded,
		@Nullable String idempotencyKey) {

	/**
	 * Makes the publication.
	 * @param position the place it was given
	 * @return the publication
	 */
	public Publication at(Position position) {
		String offset = Long.toString(position.offset());
		Line line = new Line(this.head + offset + this.tail.text(),
				this.head.length() + offset.length() + this.tail.bytes());
		return new Publication(this.channel, position, line, this.excluded);
	}

}
