package io.github.realtime;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.realtime.protocol.JsonObject;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where a page that the server renders stands in a channel's stream. Written into the
 * page, it makes what the page connects start there: nothing that happens between
 * rendering and connecting is missed, and a state begins with the values that the page
 * was rendered with. It is read before the data that the page shows: <pre class="code">
 * model.addAttribute("cursor", realtime.channel("post_" + id).cursor());
 * model.addAttribute("post", posts.find(id));
 * </pre> A template writes it without escaping it: {@link #toString()} is HTML.
 *
 * @since 0.1.0
 * @see RealtimeChannel#cursor()
 * @see ChannelState#cursor()
 * @see io.github.realtime.annotation.CursorOf
 */
public final class PageCursor {

	private final String channel;

	private final Position position;

	private final @Nullable Map<String, Line> state;

	/**
	 * Creates a cursor.
	 * @param channel the channel
	 * @param position the position that the page is rendered at
	 * @param state the values at that position by their keys, or {@code null} if the page
	 * is rendered without
	 */
	public PageCursor(String channel, Position position, @Nullable Map<String, Line> state) {
		this.channel = InvalidChannelException.requireValid(channel);
		this.position = position;
		this.state = state;
	}

	/**
	 * Creates a cursor for a page whose place can't be read now. Once the page is
	 * connected it is told that it may have missed something.
	 * @param channel the channel
	 * @return a cursor of an epoch that no channel has
	 */
	public static PageCursor unknown(String channel) {
		return new PageCursor(channel, new Position("?", 0), null);
	}

	/**
	 * Returns the channel's name.
	 * @return the name
	 */
	public String channel() {
		return this.channel;
	}

	/**
	 * Returns the position of the last publication at the moment of reading.
	 * @return the position
	 */
	public Position position() {
		return this.position;
	}

	/**
	 * Tells whether the values were read, too.
	 * @return {@code true} if so
	 */
	public boolean hasState() {
		return this.state != null;
	}

	/**
	 * Returns the values at the position, to render the page with.
	 * @return by key the value; empty if they were not read
	 */
	public Map<String, JsonNode> state() {
		Map<String, JsonNode> values = new LinkedHashMap<>();
		if (this.state != null) {
			this.state.forEach((key, value) -> values.put(key, value.json()));
		}
		return values;
	}

	/**
	 * Writes the cursor as the browser client reads it. It holds no script: a content
	 * security policy need not allow it, and no value can end the element that it is in.
	 * @return a {@code script} element that holds JSON
	 */
	public String html() {
		JsonObject json = JsonObject.begin()
			.text("epoch", this.position.epoch())
			.number("offset", this.position.offset());
		if (this.state != null) {
			JsonObject values = JsonObject.begin();
			this.state.forEach(values::json);
			json.json("state", values.end());
		}
		// What is escaped can stand nowhere but in a text
		return "<script type=\"application/json\" data-realtime-channel=\"" + this.channel + "\">"
				+ escaped(json.end().text()) + "</script>";
	}

	private static String escaped(String json) {
		StringBuilder escaped = new StringBuilder(json.length() + 32);
		for (int i = 0; i < json.length(); i++) {
			char c = json.charAt(i);
			if (c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
				escaped.append(String.format("\\u%04x", (int) c));
			}
			else {
				escaped.append(c);
			}
		}
		return escaped.toString();
	}

	/**
	 * Returns the {@link #html() HTML}, for templates that write what they are given.
	 */
	@Override
	public String toString() {
		return html();
	}

}
