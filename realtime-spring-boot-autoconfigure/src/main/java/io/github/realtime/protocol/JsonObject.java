package io.github.realtime.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Writes a JSON object out of values that are JSON already. They are copied as they are:
 * parsing and writing them again would change numbers, and cost time for every
 * publication.
 *
 * @since 0.1.0
 */
public final class JsonObject {

	private final StringBuilder json;

	private int bytes;

	private boolean empty;

	private JsonObject(String start, boolean empty) {
		this.json = new StringBuilder(start);
		this.bytes = start.length();
		this.empty = empty;
	}

	/**
	 * Begins an object.
	 * @return an object without members
	 */
	public static JsonObject begin() {
		return new JsonObject("{", true);
	}

	/**
	 * Goes on with an object that has members already, after one of them.
	 * @return the rest of an object
	 */
	public static JsonObject rest() {
		return new JsonObject("", false);
	}

	/**
	 * Adds a string.
	 * @param name the member's name
	 * @param text the string; {@code null} adds no member
	 * @return this
	 */
	public JsonObject text(String name, @Nullable String text) {
		if (text != null) {
			name(name);
			append(Line.quoted(text));
		}
		return this;
	}

	/**
	 * Adds a whole number.
	 * @param name the member's name
	 * @param number the number
	 * @return this
	 */
	public JsonObject number(String name, long number) {
		name(name);
		append(Long.toString(number));
		return this;
	}

	/**
	 * Adds any value.
	 * @param name the member's name
	 * @param value the value as JSON; {@code null} adds no member
	 * @return this
	 */
	public JsonObject json(String name, @Nullable Line value) {
		if (value != null) {
			name(name);
			this.json.append(value.text());
			this.bytes += value.bytes();
		}
		return this;
	}

	private void name(String name) {
		if (!this.empty) {
			append(",");
		}
		this.empty = false;
		append(Line.quoted(name));
		append(":");
	}

	private void append(String part) {
		this.json.append(part);
		this.bytes += Line.bytesOf(part);
	}

	/**
	 * Adds a member whose value is not known yet.
	 * @param name the member's name
	 * @return the object up to where the value belongs
	 */
	public String upTo(String name) {
		name(name);
		return this.json.toString();
	}

	/**
	 * Returns the members so far.
	 * @return the object without its end
	 */
	public String members() {
		return this.json.toString();
	}

	/**
	 * Ends the object.
	 * @return the object, or the rest of it
	 */
	public Line end() {
		append("}");
		return new Line(this.json.toString(), this.bytes);
	}

}
