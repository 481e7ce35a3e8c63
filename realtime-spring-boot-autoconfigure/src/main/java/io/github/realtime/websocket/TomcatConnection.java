package io.github.realtime.websocket;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.session.Client;
import io.github.realtime.session.Connection;
import jakarta.servlet.http.WebConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A client's socket on Tomcat, without what the container has for
 * {@code jakarta.websocket}: that takes 48 KB of buffers for each, and writes what is
 * longer than one of them in pieces.
 * <p>
 * Reads and the end happen on the container's threads, one at a time. Writes do not block
 * the socket: where it takes no more, the writer waits for the container to say that it
 * does.
 *
 * @since 0.1.0
 */
public final class TomcatConnection implements InternalHttpUpgradeHandler, Connection, FrameReader.Receiver {

	private static final Log logger = LogFactory.getLog(TomcatConnection.class);

	private static final int INPUT_BYTES = 1024;

	/** The JDK keeps a buffer as large as this for each thread that writes. */
	private static final int DIRECT_BYTES = 16 * 1024;

	private static final long WRITE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

	/** After that much the writer looks itself, if no thread of the container is free. */
	private static final long WAKE_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private static final int GOING_AWAY = 1001;

	private static final int INTERNAL_ERROR = 1011;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition writable = this.lock.newCondition();

	private final ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

	private @Nullable Sockets sockets;

	private @Nullable Principal principal;

	private Map<String, Object> attributes = Map.of();

	private @Nullable SocketWrapperBase<?> socket;

	private @Nullable FrameReader reader;

	private @Nullable Client client;

	/** Whether a message was written in part. */
	private boolean partial;

	/** Whether the container has some that the socket did not take. */
	private boolean left;

	private boolean awaiting;

	private byte @Nullable [] pong;

	private boolean closeSent;

	/** Nothing more is read or written. */
	private boolean closed;

	private boolean ended;

	/**
	 * Creates it as part of a handshake, for Tomcat.
	 */
	public TomcatConnection() {
	}

	/**
	 * Says what it is for, before the handshake ends.
	 */
	void prepare(Sockets sockets, @Nullable Principal principal, Map<String, Object> attributes) {
		this.sockets = sockets;
		this.principal = principal;
		this.attributes = attributes;
		this.reader = new FrameReader(sockets.frameSize(), this);
	}

	private Sockets sockets() {
		Assert.state(this.sockets != null, "The handshake has not ended");
		return this.sockets;
	}

	private SocketWrapperBase<?> socket() {
		Assert.state(this.socket != null, "The handshake has not ended");
		return this.socket;
	}

	@Override
	public void setSocketWrapper(SocketWrapperBase<?> socket) {
		this.socket = socket;
	}

	@Override
	public void setSslSupport(SSLSupport sslSupport) {
	}

	@Override
	public void init(WebConnection connection) {
		withClassLoader(() -> {
			try {
				open();
			}
			catch (RuntimeException | Error ex) {
				logger.error("A client could not be taken", ex);
				fail(INTERNAL_ERROR);
			}
		});
	}

	private void open() {
		Client client = sockets().opened(this, this.attributes);
		boolean gone;
		this.lock.lock();
		try {
			this.client = client;
			gone = this.ended;
		}
		finally {
			this.lock.unlock();
		}
		if (gone) {
			// The welcome failed to be written
			sockets().closed(client);
		}
	}

	private void withClassLoader(Runnable action) {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(this.classLoader);
		try {
			action.run();
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	@Override
	public SocketState upgradeDispatch(SocketEvent event) {
		withClassLoader(() -> {
			switch (event) {
				case OPEN_READ -> read();
				case OPEN_WRITE -> writeOn();
				case STOP -> fail(GOING_AWAY);
				default -> end();
			}
		});
		return isClosed() ? SocketState.CLOSED : SocketState.UPGRADED;
	}

	private boolean isClosed() {
		this.lock.lock();
		try {
			return this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void read() {
		ByteBuffer input = ByteBuffer.allocate(INPUT_BYTES);
		try {
			while (fill(input)) {
				reader().read(input.flip());
			}
		}
		catch (FrameReader.ViolationException ex) {
			logger.debug(ex.getMessage());
			fail(ex.code());
		}
		catch (IOException ex) {
			logger.debug("Reading failed", ex);
			end();
		}
		catch (RuntimeException | Error ex) {
			logger.error("A frame could not be handled", ex);
			fail(INTERNAL_ERROR);
		}
	}

	/** Locked since TLS may have to write in order to read. */
	private boolean fill(ByteBuffer input) throws IOException {
		this.lock.lock();
		try {
			int count = this.closed ? 0 : socket().read(false, input.clear());
			if (count < 0) {
				throw new EOFException();
			}
			return count > 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	private FrameReader reader() {
		Assert.state(this.reader != null, "The handshake has not ended");
		return this.reader;
	}

	@Override
	public void text(String text) {
		if (this.client != null) {
			sockets().received(this.client, text);
		}
	}

	@Override
	public void part() {
		if (this.client != null) {
			sockets().received(this.client, null);
		}
	}

	@Override
	public void binary() {
		disconnect(CloseCode.NOT_THIS_PROTOCOL);
	}

	@Override
	public void tooLarge() {
		disconnect(CloseCode.FRAME_TOO_LARGE);
	}

	private void disconnect(CloseCode code) {
		if (this.client != null) {
			this.client.disconnect(code);
		}
	}

	@Override
	public void ping(byte[] payload) {
		this.lock.lock();
		try {
			// Of several the last, if it has to wait
			this.pong = payload;
			writePong();
		}
		catch (IOException ex) {
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Behind what has been written, and only where that is gone. */
	private void writePong() throws IOException {
		byte[] pong = this.pong;
		boolean open = !this.closed && !this.closeSent;
		if (pong != null && open && !this.awaiting && !this.left) {
			this.pong = null;
			if (put(Frames.pong(pong))) {
				registerWriteInterest();
			}
		}
	}

	@Override
	public void close(byte[] payload) {
		end(Frames.close(payload));
	}

	private void fail(int code) {
		end(Frames.close(code, ""));
	}

	/** With a close frame, if it can be sent without waiting, and nothing behind it. */
	private void end(byte[] frame) {
		this.lock.lock();
		try {
			if (!this.closed && !this.closeSent && !this.awaiting) {
				put(frame);
			}
		}
		catch (IOException ex) {
			logger.debug("Closing failed", ex);
		}
		finally {
			this.closed = true;
			this.lock.unlock();
		}
		end();
	}

	@Override
	public void write(String text, boolean last) throws IOException {
		byte[] frame = (last && !this.partial) ? sockets().frames().of(text)
				: Frames.text(text.getBytes(StandardCharsets.UTF_8), !this.partial, last);
		this.partial = !last;
		this.lock.lock();
		try {
			send(frame);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What is left is the client's answer. The hub sees to it that it does not take long,
	 * also of one that goes on sending.
	 */
	@Override
	public void close(CloseCode code, String reason) throws IOException {
		this.lock.lock();
		try {
			this.closeSent = true;
			send(Frames.close(code.code(), reason));
		}
		finally {
			this.lock.unlock();
		}
	}

	private void send(byte[] frame) throws IOException {
		requireOpen();
		boolean waits = put(frame);
		while (waits) {
			waits = writeMore();
		}
		writePong();
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
		SocketWrapperBase<?> socket = socket();
		ByteBuffer buffer = ByteBuffer.wrap(frame);
		if (!this.left && frame.length <= DIRECT_BYTES && socket.getSocket() instanceof NioChannel channel
				&& !(channel instanceof SecureNioChannel)) {
			// Without a copy to the container's buffer, which is cold
			channel.write(buffer);
			if (!buffer.hasRemaining()) {
				return false;
			}
		}
		this.left = true;
		socket.write(false, buffer);
		return flush();
	}

	private boolean flush() throws IOException {
		this.left = socket().flush(false);
		return this.left;
	}

	/**
	 * Waits until the socket takes more.
	 * @return whether some is left nevertheless
	 */
	private boolean writeMore() throws IOException {
		this.awaiting = true;
		try {
			registerWriteInterest();
			long deadline = System.nanoTime() + WRITE_TIMEOUT_NANOS;
			boolean waits;
			do {
				if (System.nanoTime() - deadline >= 0) {
					throw new SocketTimeoutException("The client does not read");
				}
				if (this.awaiting) {
					this.writable.awaitNanos(WAKE_UP_NANOS);
				}
				requireOpen();
				waits = flush();
			}
			while (waits && this.awaiting);
			return waits;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted", ex);
		}
		finally {
			this.awaiting = false;
		}
	}

	/** Not locked: a container that is about to stop does it on this thread. */
	private void registerWriteInterest() {
		this.lock.unlock();
		try {
			socket().registerWriteInterest();
		}
		finally {
			this.lock.lock();
		}
	}

	private void writeOn() {
		this.lock.lock();
		try {
			if (this.awaiting) {
				this.awaiting = false;
				this.writable.signal();
			}
			else if (!this.closed && flush()) {
				registerWriteInterest();
			}
			else {
				writePong();
			}
		}
		catch (IOException ex) {
			logger.debug("Writing failed", ex);
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The container does it: a thread that still writes, or reads, must not meet the
	 * socket in the hands of another client. Where it has no thread for that, its poller
	 * does, since nothing was read for long enough.
	 */
	@Override
	public void abort() {
		end();
		socket().setReadTimeout(1);
		socket().processSocket(SocketEvent.DISCONNECT, true);
	}

	private void end() {
		this.lock.lock();
		try {
			this.closed = true;
			this.writable.signal();
		}
		finally {
			this.lock.unlock();
		}
		ended();
	}

	private void ended() {
		Client client;
		this.lock.lock();
		try {
			client = this.ended ? null : this.client;
			this.ended = true;
		}
		finally {
			this.lock.unlock();
		}
		if (client != null) {
			sockets().closed(client);
		}
	}

	@Override
	public void timeoutAsync(long now) {
	}

	@Override
	public void pause() {
	}

	@Override
	public void destroy() {
		withClassLoader(this::end);
	}

	@Override
	public @Nullable Principal principal() {
		return this.principal;
	}

	@Override
	public Map<String, Object> attributes() {
		return this.attributes;
	}

}
