package io.github.realtime.broker.redis;

import java.nio.charset.StandardCharsets;

/**
 * How texts and numbers are written to Redis, and read from it.
 */
final class Bytes {

	static final byte[] EMPTY = {};

	private static final byte[] ZERO = { '0' };

	private static final byte[] ONE = { '1' };

	private Bytes() {
	}

	static byte[] of(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static byte[] of(long number) {
		return of(Long.toString(number));
	}

	static byte[] of(boolean flag) {
		return flag ? ONE : ZERO;
	}

	/**
	 * Reads a text.
	 * @param bytes a byte array, such as one of those in a script's reply
	 * @return the text
	 */
	static String text(Object bytes) {
		return new String((byte[]) bytes, StandardCharsets.UTF_8);
	}

	/**
	 * Reads a part that has ASCII characters only, which is faster than with any.
	 * @param bytes has the part
	 * @param start where it begins
	 * @param end the index after its end
	 * @return the text
	 */
	static String ascii(byte[] bytes, int start, int end) {
		return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
	}

}
