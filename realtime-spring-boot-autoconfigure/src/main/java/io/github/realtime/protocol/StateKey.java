package io.github.realtime.protocol;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * The rule that every key of a channel's state obeys: 1 to 256 bytes of UTF-8.
 *
 * @since 0.1.0
 */
public final class StateKey {

	/** The greatest length, in bytes of UTF-8. */
	public static final int MAX_BYTES = 256;

	private static final int PRINTED_LENGTH = 60;

	private StateKey() {
	}

	/**
	 * Makes a key fit for a message or a log line: clients choose keys, and must not be
	 * able to begin a line there.
	 * @param key the key
	 * @return its first 60 characters, with an escape for each that is not printed
	 */
	public static String printable(String key) {
		StringBuilder printable = new StringBuilder();
		for (int i = 0; i < Math.min(key.length(), PRINTED_LENGTH); i++) {
			char c = key.charAt(i);
			if (isUnprinted(c)) {
				printable.append(String.format("\\u%04x", (int) c));
			}
			else {
				printable.append(c);
			}
		}
		return printable.append((key.length() > PRINTED_LENGTH) ? "…" : "").toString();
	}

	/**
	 * Tells what ends a line, or changes how the rest of it looks.
	 */
	private static boolean isUnprinted(char c) {
		return switch (Character.getType(c)) {
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
			default -> false;
		};
	}

	/**
	 * Checks a key.
	 * @param key the key
	 * @return what is wrong with it, or {@code null} if it is valid
	 */
	public static @Nullable String violation(String key) {
		if (key.isEmpty()) {
			return "Invalid state key \"\": it is empty";
		}
		if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
			return "Invalid state key: it has half a surrogate pair";
		}
		return (Line.bytesOf(key) <= MAX_BYTES) ? null
				: "Invalid state key: it is longer than " + MAX_BYTES + " bytes of UTF-8";
	}

}
