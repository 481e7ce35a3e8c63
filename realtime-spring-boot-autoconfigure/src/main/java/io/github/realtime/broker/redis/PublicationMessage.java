package io.github.realtime.broker.redis;

import java.nio.charset.StandardCharsets;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * The message in which a script publishes a publication: epoch, offset, term, and the id
 * of the client that does not get it, each followed by a space, then the line as
 * subscribers get it.
 *
 * @param publication the publication
 * @param term the term in which it got its position
 */
record PublicationMessage(Publication publication, String term) {

	static PublicationMessage read(String channel, byte[] bytes) {
		int offset = spaceFrom(bytes, 0) + 1;
		int term = spaceFrom(bytes, offset) + 1;
		int excluded = spaceFrom(bytes, term) + 1;
		int line = spaceFrom(bytes, excluded) + 1;
		Position position = new Position(Bytes.ascii(bytes, 0, offset - 1),
				Long.parseLong(Bytes.ascii(bytes, offset, term - 1)));
		return new PublicationMessage(
				publication(channel, position, bytes, line, Bytes.ascii(bytes, excluded, line - 1)),
				Bytes.ascii(bytes, term, excluded - 1));
	}

	AssignedPosition assigned() {
		return new AssignedPosition(this.publication.position(), this.term);
	}

	/**
	 * Makes a publication of an entry of a history.
	 * @param channel the channel
	 * @param position its position
	 * @param line the line
	 * @param excluded the id of the client that does not get it, or nothing
	 * @return the publication
	 */
	static Publication of(String channel, Position position, byte[] line, byte[] excluded) {
		return publication(channel, position, line, 0, Bytes.ascii(excluded, 0, excluded.length));
	}

	private static Publication publication(String channel, Position position, byte[] bytes, int start,
			String excluded) {
		Line line = new Line(new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8),
				bytes.length - start);
		return new Publication(channel, position, line, nullIfEmpty(excluded));
	}

	private static @Nullable String nullIfEmpty(String text) {
		return text.isEmpty() ? null : text;
	}

	private static int spaceFrom(byte[] bytes, int start) {
		for (int i = start; i < bytes.length; i++) {
			if (bytes[i] == ' ') {
				return i;
			}
		}
		throw new IllegalArgumentException("This is no publication: " + bytes.length + " bytes");
	}

}
