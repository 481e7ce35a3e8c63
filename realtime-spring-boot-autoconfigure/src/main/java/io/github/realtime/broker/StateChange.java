package io.github.realtime.broker;

import java.util.List;

import io.github.realtime.protocol.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A change of a channel's state, made in one step and published as one publication, or
 * not made at all.
 *
 * @param channel a valid channel name
 * @param edits what to do, in order
 * @param from the id of the client that made it, if one did
 * @param op how that client names its intent, if it does
 * @param idempotencyKey names the intent, if it may be sent again
 * @since 0.1.0
 */
public record StateChange(String channel, List<StateEdit> edits, @Nullable String from, @Nullable String op,
		@Nullable String idempotencyKey) {

	/**
	 * Copies the list.
	 */
	public StateChange {
		edits = List.copyOf(edits);
	}

	/**
	 * Creates a change that the application makes.
	 * @param channel a valid channel name
	 * @param edits what to do, in order
	 */
	public StateChange(String channel, List<StateEdit> edits) {
		this(channel, edits, null, null, null);
	}

	/**
	 * Returns what stands in the line of the publication before the offset.
	 * @return the beginning of a JSON object
	 */
	public String head() {
		return JsonObject.begin().text("type", "state").text("channel", this.channel).upTo("offset");
	}

	/**
	 * Returns what stands behind the changes.
	 * @return the end of a JSON object
	 */
	public String end() {
		return JsonObject.rest().text("from", this.from).text("op", this.op).end().text();
	}

}
