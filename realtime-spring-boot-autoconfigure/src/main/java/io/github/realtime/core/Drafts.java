package io.github.realtime.core;

import io.github.realtime.RenderOptions;
import io.github.realtime.SendOptions;
import io.github.realtime.broker.Draft;
import io.github.realtime.protocol.JsonObject;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * Makes drafts of what the protocol knows as publications without a state.
 */
public final class Drafts {

	private Drafts() {
	}

	/**
	 * Makes a message of a client's.
	 * @param channel a valid channel name
	 * @param data the message
	 * @param clientId the client's id
	 * @param op names the intent among the client's own, if it may be sent again
	 * @return the draft
	 */
	public static Draft message(String channel, Line data, String clientId, @Nullable String op) {
		Line tail = JsonObject.rest().text("from", clientId).json("data", data).end();
		return new Draft(channel, head("message", channel), tail, null, operationKey(clientId, op));
	}

	/**
	 * Makes a message of the application's.
	 * @param channel a valid channel name
	 * @param data the message
	 * @param options who does not get it, and its idempotency key
	 * @return the draft
	 */
	public static Draft message(String channel, Line data, SendOptions options) {
		Line tail = JsonObject.rest().json("data", data).end();
		return new Draft(channel, head("message", channel), tail, options.excluded(), options.idempotencyKey());
	}

	static Draft refresh(String channel, RenderOptions options) {
		return new Draft(channel, head("refresh", channel), JsonObject.rest().end(), options.audience(), null);
	}

	static Draft html(String channel, String target, Line html, RenderOptions options) {
		Line tail = JsonObject.rest().text("target", target).json("html", html).end();
		return new Draft(channel, head("html", channel), tail, options.audience(), null);
	}

	/**
	 * Makes the idempotency key of a client's operation. No other client's has the same.
	 */
	private static @Nullable String operationKey(String clientId, @Nullable String op) {
		return (op != null) ? "op " + clientId + " " + op : null;
	}

	private static String head(String type, String channel) {
		return JsonObject.begin().text("type", type).text("channel", channel).upTo("offset");
	}

}
