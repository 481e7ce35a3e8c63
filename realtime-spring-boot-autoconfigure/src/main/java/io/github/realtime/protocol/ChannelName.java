package io.github.realtime.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The rule that every channel name obeys: 1 to 200 of
 * {@code A-Z a-z 0-9 _ - . : / @ % + ~}. The browser client checks the same rule and says
 * the same words.
 *
 * @since 0.1.0
 */
public final class ChannelName {

	/** The greatest length, in characters. */
	public static final int MAX_LENGTH = 200;

	private static final int QUOTED_LENGTH = 60;

	private static final String PUNCTUATION = "_-.:/@%+~";

	private ChannelName() {
	}

	/**
	 * Checks a name.
	 * @param name the name
	 * @return what is wrong with it, or {@code null} if it is valid
	 */
	public static @Nullable String violation(String name) {
		if (name.isEmpty()) {
			return "Invalid channel name \"\": it is empty";
		}
		if (name.length() > MAX_LENGTH) {
			return "Invalid channel name " + quoted(name) + ": it is longer than " + MAX_LENGTH + " characters";
		}
		for (int i = 0; i < name.length(); i++) {
			if (!isAllowed(name.charAt(i))) {
				return "Invalid channel name " + quoted(name) + ": character " + (i + 1)
						+ " is not one of A-Z a-z 0-9 _ - . : / @ % + ~";
			}
		}
		return null;
	}

	/**
	 * Tells whether a character may stand in a channel name.
	 * @param c the character
	 * @return {@code true} if it may
	 */
	public static boolean isAllowed(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
				|| PUNCTUATION.indexOf(c) >= 0;
	}

	private static String quoted(String name) {
		StringBuilder quoted = new StringBuilder("\"");
		for (int i = 0; i < Math.min(name.length(), QUOTED_LENGTH); i++) {
			char c = name.charAt(i);
			if (c < ' ' || c > '~' || c == '"' || c == '\\') {
				quoted.append(String.format("\\u%04x", (int) c));
			}
			else {
				quoted.append(c);
			}
		}
		return quoted.append((name.length() > QUOTED_LENGTH) ? "…\"" : "\"").toString();
	}

}
