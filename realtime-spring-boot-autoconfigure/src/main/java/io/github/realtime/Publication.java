package io.github.realtime;

import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One entry of a channel's stream, in the form in which every subscriber gets it.
 *
 * @param channel the channel
 * @param position its place in the stream
 * @param line the frame, made once and shared by all subscribers
 * @param excluded the id of the client that does not get it, if there is one; several ids
 * have commas between them, and after a {@code !} they are the only ones that do
 * @since 0.1.0
 */
public record Publication(String channel, Position position, Line line, @Nullable String excluded) {

	/**
	 * Returns the place within the epoch.
	 * @return the offset, from 1
	 */
	public long offset() {
		return this.position.offset();
	}

	/**
	 * Tells whether a client does not get this.
	 * @param clientId the client's id
	 * @return {@code true} if it gets no more than the position
	 */
	public boolean isWithheldFrom(String clientId) {
		return this.excluded != null && Audience.isWithheldFrom(this.excluded, clientId);
	}

	/**
	 * Tells whether this is a change of the channel's state.
	 * @return {@code true} if so
	 */
	public boolean isState() {
		return this.line.text().startsWith("{\"type\":\"state\"");
	}

	/**
	 * Parses what was sent.
	 * @return the value given to {@code send}, as JSON
	 */
	public JsonNode data() {
		return this.line.json().path("data");
	}

}
