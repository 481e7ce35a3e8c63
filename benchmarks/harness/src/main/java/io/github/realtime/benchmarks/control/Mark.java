package io.github.realtime.benchmarks.control;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The text of every message: which one it is and when it was due, in fixed places, so
 * that whoever gets it can check it without parsing what is around it.
 *
 * <pre>
 * #rrrrccccssssssssttttttttttttttttttlllllxxx…x$
 * </pre>
 *
 * {@code r} is the number of the run (0: a probe that is not counted), {@code c} that of
 * the channel, {@code s} that of the message on its channel, {@code t} when it was due in
 * nanoseconds of the monotonic clock, which all processes of a machine share, {@code l}
 * the length of the whole. All are decimal. Neither {@code #} nor {@code $} may be
 * anywhere else in what a server sends.
 */
public final class Mark {

	/** What a mark begins with. */
	public static final byte START = '#';

	/** What a mark ends with. */
	public static final byte END = '$';

	/** The shortest mark: what it says, and its end. */
	public static final int MIN_LENGTH = 41;

	private static final int CHANNEL = 5;

	private static final int SEQUENCE = 9;

	private static final int DUE = 17;

	private static final int LENGTH = 35;

	private Mark() {
	}

	/**
	 * Writes a mark.
	 * @param run the number of the run
	 * @param channel the number of the channel
	 * @param sequence the number of the message on its channel
	 * @param due when the message was due, as {@link System#nanoTime()}
	 * @param length how long the text is to be
	 * @return the text
	 */
	public static String write(int run, int channel, int sequence, long due, int length) {
		if (length < MIN_LENGTH) {
			throw new IllegalArgumentException("A message has at least " + MIN_LENGTH + " bytes");
		}
		byte[] text = new byte[length];
		text[0] = START;
		digits(text, 1, CHANNEL, run);
		digits(text, CHANNEL, SEQUENCE, channel);
		digits(text, SEQUENCE, DUE, sequence);
		digits(text, DUE, LENGTH, due);
		digits(text, LENGTH, MIN_LENGTH - 1, length);
		Arrays.fill(text, MIN_LENGTH - 1, length - 1, (byte) 'x');
		text[length - 1] = END;
		return new String(text, StandardCharsets.ISO_8859_1);
	}

	/**
	 * Returns the number of the run.
	 * @param bytes where the mark is
	 * @param at where it begins
	 * @return the number
	 */
	public static int run(byte[] bytes, int at) {
		return (int) number(bytes, at + 1, at + CHANNEL);
	}

	/**
	 * Returns the number of the channel.
	 * @param bytes where the mark is
	 * @param at where it begins
	 * @return the number
	 */
	public static int channel(byte[] bytes, int at) {
		return (int) number(bytes, at + CHANNEL, at + SEQUENCE);
	}

	/**
	 * Returns the number of the message on its channel.
	 * @param bytes where the mark is
	 * @param at where it begins
	 * @return the number
	 */
	public static int sequence(byte[] bytes, int at) {
		return (int) number(bytes, at + SEQUENCE, at + DUE);
	}

	/**
	 * Returns when the message was due.
	 * @param bytes where the mark is
	 * @param at where it begins
	 * @return the time, as {@link System#nanoTime()}
	 */
	public static long due(byte[] bytes, int at) {
		return number(bytes, at + DUE, at + LENGTH);
	}

	/**
	 * Returns the length of a mark that is whole.
	 * @param bytes where the mark is
	 * @param at where it begins
	 * @param end where the bytes end
	 * @return its length, or -1 if it is cut short or broken
	 */
	public static int length(byte[] bytes, int at, int end) {
		if (end - at < MIN_LENGTH) {
			return -1;
		}
		long length = number(bytes, at + LENGTH, at + MIN_LENGTH - 1);
		return (length >= MIN_LENGTH && length <= end - at && bytes[at + (int) length - 1] == END) ? (int) length : -1;
	}

	private static void digits(byte[] text, int start, int end, long number) {
		for (int i = end - 1; i >= start; i--) {
			text[i] = (byte) ('0' + number % 10);
			number /= 10;
		}
	}

	private static long number(byte[] text, int start, int end) {
		long number = 0;
		for (int i = start; i < end; i++) {
			number = number * 10 + text[i] - '0';
		}
		return number;
	}

}
