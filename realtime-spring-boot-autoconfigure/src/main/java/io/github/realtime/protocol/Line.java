package io.github.realtime.protocol;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

import tools.jackson.databind.JsonNode;

/**
 * One JSON text that fits on one line of a frame: without line breaks, and encodable as
 * UTF-8.
 *
 * @param text the JSON
 * @param bytes its length in UTF-8
 * @since 0.1.0
 */
public record Line(String text, int bytes) {

	/** Up to here every whole number is a double of its own. */
	public static final double MAX_WHOLE = (1L << 53) - 1;

	/**
	 * Makes a line of any JSON text. A line break, which in JSON can only be white space,
	 * becomes a space; half a surrogate pair, which UTF-8 can't express, becomes its
	 * {@code \}{@code uXXXX} escape.
	 * @param json the JSON text
	 * @return the line
	 */
	public static Line of(String json) {
		int bytes = 0;
		for (int i = 0; i < json.length(); i++) {
			char c = json.charAt(i);
			if (c < 0x80) {
				if (c == '\n' || c == '\r') {
					return mended(json);
				}
				bytes++;
			}
			else if (c < 0x800) {
				bytes += 2;
			}
			else if (!Character.isSurrogate(c)) {
				bytes += 3;
			}
			else if (startsPair(json, i)) {
				bytes += 4;
				i++;
			}
			else {
				return mended(json);
			}
		}
		return new Line(json, bytes);
	}

	/**
	 * Writes a text as JSON.
	 * @param text any text
	 * @return the text in quotation marks, with escapes where it needs them
	 */
	public static String quoted(String text) {
		return isPlain(text) ? '"' + text + '"' : of(Json.MAPPER.writeValueAsString(text)).text();
	}

	/**
	 * Most texts are names of channels and ids of clients, which need no escapes.
	 */
	private static boolean isPlain(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c < ' ' || c > '~' || c == '"' || c == '\\') {
				return false;
			}
		}
		return true;
	}

	/**
	 * Writes a number as browsers do where it is whole: without a fraction. Any other is
	 * written as Lua does, so that it has as many bytes wherever it was added up.
	 * @param number a finite number
	 * @return the JSON
	 */
	public static Line of(double number) {
		boolean whole = number == Math.rint(number) && Math.abs(number) <= MAX_WHOLE;
		return of(whole ? Long.toString((long) number) : withDigits(number, 15));
	}

	private static String withDigits(double number, int digits) {
		BigDecimal rounded = new BigDecimal(number).round(new MathContext(digits, RoundingMode.HALF_EVEN))
			.stripTrailingZeros();
		if (digits < 17 && rounded.doubleValue() != number) {
			return withDigits(number, digits + 1);
		}
		int exponent = rounded.precision() - rounded.scale() - 1;
		if (exponent >= -4 && exponent < digits) {
			return rounded.toPlainString();
		}
		return rounded.movePointLeft(exponent).toPlainString() + "e" + ((exponent < 0) ? "-" : "+")
				+ ((Math.abs(exponent) < 10) ? "0" : "") + Math.abs(exponent);
	}

	/**
	 * Parses this line.
	 * @return the JSON
	 */
	public JsonNode json() {
		return Json.MAPPER.readTree(this.text);
	}

	/**
	 * Counts the bytes of a text in UTF-8.
	 * @param text the text
	 * @return the number of bytes
	 */
	public static int bytesOf(CharSequence text) {
		int bytes = text.length();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c >= 0x80) {
				bytes += (c >= 0x800 && !Character.isSurrogate(c)) ? 2 : 1;
			}
		}
		return bytes;
	}

	private static Line mended(String json) {
		StringBuilder mended = new StringBuilder(json.length() + 16);
		for (int i = 0; i < json.length(); i++) {
			char c = json.charAt(i);
			if (c == '\n' || c == '\r') {
				mended.append(' ');
			}
			else if (!Character.isSurrogate(c)) {
				mended.append(c);
			}
			else if (startsPair(json, i)) {
				mended.append(c).append(json.charAt(++i));
			}
			else {
				mended.append(String.format("\\u%04x", (int) c));
			}
		}
		return new Line(mended.toString(), bytesOf(mended));
	}

	private static boolean startsPair(String text, int index) {
		return index + 1 < text.length() && Character.isSurrogatePair(text.charAt(index), text.charAt(index + 1));
	}

}
