package io.github.realtime.core;

import java.util.regex.Pattern;

import io.github.realtime.RealtimeException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the CSS selector of the element that pushed HTML replaces. The HTML may contain
 * text of any length that users wrote, so it is read once from left to right.
 */
final class ElementSelector {

	private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][\\w-]*");

	private final String html;

	private int at;

	private ElementSelector(String html) {
		this.html = html;
	}

	/**
	 * Finds the element of a page that some HTML takes the place of.
	 * @param view what the HTML was made from
	 * @param html the HTML
	 * @return the selector of its own id
	 */
	static String of(String view, String html) {
		String id = new ElementSelector(html).idOfFirstElement();
		if (id == null || id.isEmpty()) {
			throw new RealtimeException("What '" + view + "' renders has to begin with an element that has an id, "
					+ "or push(…).target(…) has to say which element of the page it replaces", null);
		}
		return IDENTIFIER.matcher(id).matches() ? "#" + id
				: "[id=\"" + id.replace("\\", "\\\\").replace("\"", "\\\"") + "\"]";
	}

	/**
	 * Reads the first start tag as HTML's tokenizer does (HTML Standard, 13.2.5).
	 */
	private @Nullable String idOfFirstElement() {
		skipSpaceAndComments();
		if (next() != '<' || this.at + 1 == this.html.length() || !Character.isLetter(this.html.charAt(this.at + 1))) {
			return null;
		}
		readUntil(" \t\n\r\f/>");
		String id = null;
		while (this.at < this.html.length() && next() != '>') {
			if (next() == '/' || isSpace(next())) {
				this.at++;
				continue;
			}
			String name = readUntil(" \t\n\r\f/>=");
			skipSpace();
			String value = (next() == '=') ? readValue() : "";
			if (id == null && name.equalsIgnoreCase("id")) {
				id = value;
			}
		}
		return (next() == '>') ? id : null;
	}

	private String readValue() {
		this.at++;
		skipSpace();
		char quote = next();
		if (quote != '"' && quote != '\'') {
			return (quote == '>') ? "" : readUntil(" \t\n\r\f>");
		}
		String value = readUntil(String.valueOf(quote));
		this.at = Math.min(this.at + 1, this.html.length());
		return value.substring(1);
	}

	/**
	 * Reads at least one character.
	 */
	private String readUntil(String ends) {
		int start = this.at++;
		while (this.at < this.html.length() && ends.indexOf(next()) < 0) {
			this.at++;
		}
		this.at = Math.min(this.at, this.html.length());
		return this.html.substring(start, this.at);
	}

	private void skipSpaceAndComments() {
		skipSpace();
		while (this.html.startsWith("<!--", this.at)) {
			int end = this.html.indexOf("-->", this.at + 4);
			this.at = (end < 0) ? this.html.length() : end + 3;
			skipSpace();
		}
	}

	private void skipSpace() {
		while (isSpace(next())) {
			this.at++;
		}
	}

	private char next() {
		return (this.at < this.html.length()) ? this.html.charAt(this.at) : 0;
	}

	private static boolean isSpace(char c) {
		return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
	}

}
