package io.github.realtime.session;

import java.util.ArrayDeque;
import java.util.Deque;

import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * The lines that wait for one client, and how they are joined into frames. Not thread
 * safe: {@link OutboundQueue} calls it under its lock.
 */
final class OutboundLines {

	/**
	 * Fits the buffer that Tomcat has for TLS: a longer frame takes more than one write.
	 */
	private static final int FRAME_BYTES = 8 * 1024;

	private final int limit;

	private final Deque<Line> lines = new ArrayDeque<>(4);

	private int bytes;

	/** Those of the lines that have waited for their room. */
	private final Deque<Line> granted = new ArrayDeque<>(0);

	private int grantedBytes;

	/**
	 * Creates an empty buffer.
	 * @param limit how many bytes may wait
	 */
	OutboundLines(int limit) {
		this.limit = limit;
	}

	int limit() {
		return this.limit;
	}

	boolean isEmpty() {
		return this.lines.isEmpty();
	}

	/**
	 * Tells whether a line that can't wait fits. An empty buffer has room for a line of
	 * any size.
	 * @param line the line
	 * @return {@code true} if it fits
	 */
	boolean hasRoom(Line line) {
		return this.lines.isEmpty() || this.bytes - this.grantedBytes + line.bytes() <= this.limit;
	}

	/**
	 * Tells whether a line that can wait fits: half of the limit is left to those that
	 * can't.
	 * @param line the line
	 * @return {@code true} if it fits
	 */
	boolean hasRoomToSpare(Line line) {
		return this.lines.isEmpty() || this.bytes + line.bytes() <= this.limit / 2;
	}

	/**
	 * Tells whether most of what waited has been written.
	 * @return {@code true} if so little is left that there is room for a line of any size
	 */
	boolean isDrained() {
		return this.bytes <= this.limit / 4;
	}

	void add(Line line) {
		this.lines.addLast(line);
		this.bytes += line.bytes();
	}

	/**
	 * Adds a line that leaves the room of the others as it is.
	 * @param line the line
	 */
	void addGranted(Line line) {
		this.granted.addLast(line);
		this.grantedBytes += line.bytes();
		add(line);
	}

	/**
	 * Removes as many lines as fit into a frame, or the first one, however long. A frame
	 * of one line is that line's own text, which all of its receivers share.
	 * @return the frame
	 */
	String removeFrame() {
		Line first = remove();
		int size = first.bytes();
		Line next = this.lines.peekFirst();
		if (!fits(size, next)) {
			return first.text();
		}
		StringBuilder frame = new StringBuilder(Math.min(FRAME_BYTES, size + 1 + this.bytes + this.lines.size()));
		frame.append(first.text());
		while (next != null && fits(size, next)) {
			remove();
			frame.append('\n').append(next.text());
			size += 1 + next.bytes();
			next = this.lines.peekFirst();
		}
		return frame.toString();
	}

	private static boolean fits(int size, @Nullable Line next) {
		return next != null && size + 1 + next.bytes() <= FRAME_BYTES;
	}

	private Line remove() {
		Line line = this.lines.removeFirst();
		this.bytes -= line.bytes();
		if (line == this.granted.peekFirst()) {
			this.granted.removeFirst();
			this.grantedBytes -= line.bytes();
		}
		return line;
	}

	void clear() {
		this.lines.clear();
		this.bytes = 0;
		this.granted.clear();
		this.grantedBytes = 0;
	}

}
