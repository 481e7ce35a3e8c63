package io.github.realtime.protocol;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The rule by which the path of a page becomes the name of a channel. The browser client
 * applies the same one.
 *
 * @since 0.1.0
 */
public final class PageKey {

	/**
	 * What some write as it is in a path, and others with {@code %}. Not letters and
	 * digits, which nobody does, and of which new escapes could come.
	 */
	private static final String PLAIN = "-_.:@+~";

	private static final HexFormat HEX = HexFormat.of().withUpperCase();

	private PageKey() {
	}

	/**
	 * Writes every character that may not stand in a channel name as {@code %XX}, one for
	 * each of its bytes in UTF-8. Of those that are there already the digits become upper
	 * case, or what may stand in a name and is no letter or digit becomes that.
	 * @param path the path within the application, or any other key
	 * @return the key; a valid channel name unless it is empty or too long
	 */
	public static String of(String path) {
		return encode(path, "");
	}

	/**
	 * Writes a value so that it is one segment of a path.
	 * @param value the value
	 * @return the segment
	 */
	public static String segment(String value) {
		return encode(value, "/%");
	}

	private static String encode(String text, String unwanted) {
		StringBuilder key = new StringBuilder(text.length() + 8);
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '%' && unwanted.isEmpty() && isHex(text, i + 1) && isHex(text, i + 2)) {
				String escape = text.substring(i, i + 3).toUpperCase(Locale.ROOT);
				char escaped = (char) HexFormat.fromHexDigits(escape, 1, 3);
				if (PLAIN.indexOf(escaped) >= 0) {
					key.append(escaped);
				}
				else {
					key.append(escape);
				}
				i += 2;
			}
			else if (ChannelName.isAllowed(c) && unwanted.indexOf(c) < 0) {
				key.append(c);
			}
			else {
				int length = Character.charCount(text.codePointAt(i));
				for (byte b : utf8(text.substring(i, i + length))) {
					HEX.toHexDigits(key.append('%'), b);
				}
				i += length - 1;
			}
		}
		return key.toString();
	}

	/**
	 * Encodes as browsers do: half a surrogate pair as the replacement character.
	 */
	private static byte[] utf8(String character) {
		boolean half = character.length() == 1 && Character.isSurrogate(character.charAt(0));
		return (half ? "\ufffd" : character).getBytes(StandardCharsets.UTF_8);
	}

	private static boolean isHex(String text, int index) {
		return index < text.length() && HexFormat.isHexDigit(text.charAt(index));
	}

}
