package io.github.realtime.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.function.BiConsumer;

/**
 * One direction of a connection through a {@link TcpProxy}.
 */
final class TcpFlow {

	/**
	 * A slow flow passes on so many times in a second.
	 */
	private static final int STEPS = 20;

	private volatile boolean lost;

	private boolean stalled;

	private int bytesPerSecond;

	private boolean closed;

	void lose() {
		this.lost = true;
		wake();
	}

	boolean isLost() {
		return this.lost;
	}

	synchronized void stall(boolean stalled) {
		this.stalled = stalled;
		notifyAll();
	}

	/**
	 * Limits it.
	 * @param bytesPerSecond 0 for no limit
	 */
	synchronized void slow(int bytesPerSecond) {
		this.bytesPerSecond = bytesPerSecond;
		notifyAll();
	}

	synchronized void close() {
		this.closed = true;
		notifyAll();
	}

	private synchronized void wake() {
		notifyAll();
	}

	/**
	 * Passes on until the source ends, and its end too.
	 * @param seen gets what has been read, before it is passed on
	 */
	void pump(Socket from, Socket to, BiConsumer<byte[], Integer> seen) throws IOException {
		byte[] buffer = new byte[16 * 1024];
		InputStream in = from.getInputStream();
		for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
			seen.accept(buffer, length);
			pass(buffer, length, to.getOutputStream());
		}
		awaitStallEnd();
		if (!this.lost) {
			to.shutdownOutput();
		}
	}

	private void pass(byte[] buffer, int length, OutputStream out) throws IOException {
		for (int start = 0; start < length;) {
			int rate = awaitStallEnd();
			int step = (rate > 0) ? Math.min(length - start, Math.max(1, rate / STEPS)) : length - start;
			if (!this.lost) {
				out.write(buffer, start, step);
			}
			start += step;
			if (rate > 0) {
				rest(step * 1_000_000_000L / rate);
			}
		}
	}

	private synchronized int awaitStallEnd() throws IOException {
		while (this.stalled && !this.lost && !this.closed) {
			await(0);
		}
		return this.lost ? 0 : this.bytesPerSecond;
	}

	private synchronized void rest(long nanos) throws IOException {
		long end = System.nanoTime() + nanos;
		for (long left = nanos; left > 0 && this.bytesPerSecond > 0 && !this.lost && !this.closed;) {
			await(left / 1_000_000 + 1);
			left = end - System.nanoTime();
		}
	}

	private void await(long millis) throws IOException {
		try {
			wait(millis);
		}
		catch (InterruptedException ex) {
			throw new InterruptedIOException();
		}
	}

}
