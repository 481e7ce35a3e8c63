package io.github.realtime.core;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.realtime.RealtimeException;

/**
 * What has to be known of HTML that is pushed.
 */
final class Html {

	private static final Pattern FIRST_TAG = Pattern
		.compile("(?:\\s|<!--.*?-->)*<\\w[\\w:-]*((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>.*", Pattern.DOTALL);

	private static final Pattern ID = Pattern.compile("(?:^|\\s)id\\s*=\\s*(?:\"([^\"]+)\"|'([^']+)'|([^\\s\"'>/]+))",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][\\w-]*");

	private Html() {
	}

	/**
	 * Finds the element of a page that some HTML takes the place of.
	 * @param view what the HTML was made from
	 * @param html the HTML
	 * @return the selector of its own id
	 */
	static String selectorOf(String view, String html) {
		Matcher tag = FIRST_TAG.matcher(html);
		Matcher id = ID.matcher(tag.matches() ? tag.group(1) : "");
		if (!id.find()) {
			throw new RealtimeException("What '" + view + "' renders has to begin with an element that has an id, "
					+ "or push(…).target(…) has to say which element of the page it replaces", null);
		}
		String value = (id.group(1) != null) ? id.group(1) : (id.group(2) != null) ? id.group(2) : id.group(3);
		return IDENTIFIER.matcher(value).matches() ? "#" + value
				: "[id=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"]";
	}

}
