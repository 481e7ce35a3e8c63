package io.github.realtime.websocket;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.tomcat.util.net.Nio2Channel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Bytes from and to one client on Tomcat. Writes do not block the socket: where it takes
 * no more, the writer waits for the container to say that it does. Nobody is called with
 * the lock held but the container's socket.
 */
final class TomcatSocket {

	private static final Log logger = LogFactory.getLog(TomcatSocket.class);

	/** The JDK keeps a buffer as large as this for each thread that writes. */
	private static final int DIRECT_BYTES = 16 * 1024;

	private static final long WRITE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

	private static final long CLOSE_TIMEOUT_MILLIS = 1000;

	/** After that much the writer looks itself, if no thread of the container is free. */
	private static final long WAKE_UP_MILLIS = 100;

	private final SocketWrapperBase<?> container;

	/** What the container would write to, if it is neither TLS nor NIO2. */
	private final @Nullable SocketChannel channel;

	private final boolean asynchronous;

	/** Whether the container has some that the socket did not take. */
	private boolean left;

	/** Whether a writer waits for the container's word. */
	private boolean awaiting;

	private byte @Nullable [] pong;

	private boolean closeSent;

	/** Nothing more is read or written. */
	private boolean closed;

	TomcatSocket(SocketWrapperBase<?> container) {
		this.container = container;
		this.asynchronous = container.getSocket() instanceof Nio2Channel;
		this.channel = (container.getSocket() instanceof NioChannel nio && !(nio instanceof SecureNioChannel))
				? nio.getIOChannel() : null;
	}

	synchronized boolean isClosed() {
		return this.closed;
	}

	/**
	 * Reads what is there. Locked since TLS may have to write in order to read.
	 * @param input where to
	 * @return {@code false} if there is nothing now
	 * @throws IOException if there will be nothing more
	 */
	synchronized boolean read(ByteBuffer input) throws IOException {
		int count = this.closed ? 0 : this.container.read(false, input.clear());
		if (count < 0) {
			throw new EOFException();
		}
		return count > 0;
	}

	/**
	 * Writes a frame, and waits until the socket has taken all of it.
	 * @param frame the bytes, which are not changed
	 * @throws IOException if the client is gone, or takes nothing for too long
	 */
	void write(byte[] frame) throws IOException {
		if (!begin(frame)) {
			boolean done = false;
			while (!done) {
				done = goOn();
			}
			answerPing();
		}
	}

	/**
	 * Writes a close frame as {@link #write} does. No pong comes behind it.
	 * @param frame the bytes
	 * @throws IOException if the client is gone, or takes nothing for too long
	 */
	void writeClose(byte[] frame) throws IOException {
		synchronized (this) {
			this.closeSent = true;
		}
		write(frame);
	}

	private synchronized boolean begin(byte[] frame) throws IOException {
		requireOpen();
		this.awaiting = put(frame);
		return !this.awaiting;
	}

	/**
	 * Waits until the socket takes more.
	 * @return whether it has taken all
	 */
	private boolean goOn() throws IOException {
		// Not locked: a container that is about to stop does it on this thread
		this.container.registerWriteInterest();
		synchronized (this) {
			boolean waits = false;
			try {
				long deadline = System.nanoTime() + WRITE_TIMEOUT_NANOS;
				do {
					if (System.nanoTime() - deadline >= 0) {
						throw new SocketTimeoutException("The client does not read");
					}
					if (this.awaiting) {
						wait(WAKE_UP_MILLIS);
					}
					requireOpen();
					waits = flush();
				}
				while (waits && this.awaiting);
				return !waits;
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IOException("Interrupted", ex);
			}
			finally {
				this.awaiting = waits;
			}
		}
	}

	private void requireOpen() throws IOException {
		if (this.closed) {
			throw new EOFException("The connection is closed");
		}
	}

	/**
	 * Writes a frame as far as the socket takes it, and hands the rest over to the
	 * container.
	 * @return whether some of it waits there
	 */
	private boolean put(byte[] frame) throws IOException {
		ByteBuffer buffer = ByteBuffer.wrap(frame);
		if (this.channel != null && !this.left && frame.length <= DIRECT_BYTES) {
			// Without a copy to the container's buffer, which is cold
			this.channel.write(buffer);
			if (!buffer.hasRemaining()) {
				return false;
			}
		}
		this.left = true;
		this.container.write(false, buffer);
		return flush();
	}

	private boolean flush() throws IOException {
		this.left = this.container.flush(false);
		return this.left;
	}

	/**
	 * Takes the container's word that the socket takes more.
	 */
	void writable() {
		try {
			if (isToBeContinued()) {
				this.container.registerWriteInterest();
			}
		}
		catch (IOException ex) {
			logger.debug("Writing failed", ex);
			end();
		}
	}

	private synchronized boolean isToBeContinued() throws IOException {
		if (this.awaiting) {
			this.awaiting = false;
			notifyAll();
			return false;
		}
		return !this.closed && (flush() || putPong());
	}

	/**
	 * Answers a ping, behind what has been written, and only where that is gone. Of
	 * several the last, if it has to wait.
	 * @param pong a pong frame
	 */
	void pong(byte[] pong) {
		synchronized (this) {
			this.pong = pong;
		}
		try {
			answerPing();
		}
		catch (IOException ex) {
			end();
		}
	}

	private void answerPing() throws IOException {
		if (putPong()) {
			this.container.registerWriteInterest();
		}
	}

	private synchronized boolean putPong() throws IOException {
		byte[] pong = this.pong;
		if (pong == null || this.closed || this.closeSent || this.awaiting || this.left) {
			return false;
		}
		this.pong = null;
		return put(pong);
	}

	/**
	 * Ends it with a close frame, if there is no write in its way. On NIO2 there often is
	 * one that is about to end.
	 * @param frame the bytes
	 */
	synchronized void end(byte[] frame) {
		try {
			boolean free = !this.awaiting || this.asynchronous;
			if (!this.closed && !this.closeSent && free && put(frame)) {
				this.container.setWriteTimeout(CLOSE_TIMEOUT_MILLIS);
				this.container.flush(true);
			}
		}
		catch (IOException ex) {
			logger.debug("Closing failed", ex);
		}
		finally {
			end();
		}
	}

	/**
	 * Ends it: nothing more is read or written, also by a writer that waits.
	 */
	synchronized void end() {
		this.closed = true;
		notifyAll();
	}

	/**
	 * Has the container close the socket: a thread that still writes, or reads, must not
	 * meet it in the hands of another client. Where no thread is free for that, the
	 * container's poller does it, since nothing was read for long enough.
	 */
	void abort() {
		end();
		this.container.setReadTimeout(1);
		this.container.processSocket(SocketEvent.DISCONNECT, true);
	}

}
