package io.github.realtime.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Map;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.session.Client;
import io.github.realtime.session.ClientConnection;
import jakarta.servlet.http.WebConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A client's socket on Tomcat, without what the container has for
 * {@code jakarta.websocket}: that takes 48 KB of buffers for each, and writes what is
 * longer than one of them in pieces. Reads and the end happen on the container's threads,
 * one at a time.
 */
public final class TomcatConnection implements InternalHttpUpgradeHandler, ClientConnection, FrameReader.Receiver {

	private static final Log logger = LogFactory.getLog(TomcatConnection.class);

	private static final int INPUT_BYTES = 1024;

	private static final int GOING_AWAY = 1001;

	private static final int INTERNAL_ERROR = 1011;

	private final ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

	private @Nullable WebSocketEndpoint endpoint;

	private @Nullable Principal principal;

	private Map<String, Object> attributes = Map.of();

	private @Nullable TomcatSocket socket;

	private @Nullable FrameReader reader;

	private @Nullable Client client;

	/** Whether a message was written in part. */
	private boolean partial;

	private boolean ended;

	/**
	 * Creates it as part of a handshake, for Tomcat.
	 */
	public TomcatConnection() {
	}

	/**
	 * Says what it is for, before the handshake ends.
	 */
	void prepare(WebSocketEndpoint endpoint, @Nullable Principal principal, Map<String, Object> attributes) {
		this.endpoint = endpoint;
		this.principal = principal;
		this.attributes = attributes;
		this.reader = new FrameReader(endpoint.frameSize(), this);
	}

	private WebSocketEndpoint endpoint() {
		Assert.state(this.endpoint != null, "The handshake has not ended");
		return this.endpoint;
	}

	private TomcatSocket socket() {
		Assert.state(this.socket != null, "The handshake has not ended");
		return this.socket;
	}

	@Override
	public void setSocketWrapper(SocketWrapperBase<?> socket) {
		this.socket = new TomcatSocket(socket);
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
		Client client = endpoint().opened(this, this.attributes);
		boolean gone;
		synchronized (this) {
			this.client = client;
			gone = this.ended;
		}
		if (gone) {
			// The welcome failed to be written
			endpoint().closed(client);
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
				case OPEN_WRITE -> socket().writable();
				case STOP -> fail(GOING_AWAY);
				default -> end();
			}
		});
		return socket().isClosed() ? SocketState.CLOSED : SocketState.UPGRADED;
	}

	private void read() {
		ByteBuffer input = ByteBuffer.allocate(INPUT_BYTES);
		try {
			while (socket().read(input)) {
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

	private FrameReader reader() {
		Assert.state(this.reader != null, "The handshake has not ended");
		return this.reader;
	}

	@Override
	public void text(String text) {
		if (this.client != null) {
			endpoint().received(this.client, text);
		}
	}

	@Override
	public void part() {
		if (this.client != null) {
			endpoint().received(this.client, null);
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
		socket().pong(FrameEncoder.pong(payload));
	}

	@Override
	public void close(byte[] payload) {
		end(FrameEncoder.close(payload));
	}

	private void fail(int code) {
		end(FrameEncoder.close(code, ""));
	}

	private void end(byte[] frame) {
		socket().end(frame);
		ended();
	}

	private void end() {
		if (this.socket != null) {
			this.socket.end();
		}
		ended();
	}

	private void ended() {
		Client client;
		synchronized (this) {
			client = this.ended ? null : this.client;
			this.ended = true;
		}
		if (client != null) {
			endpoint().closed(client);
		}
	}

	@Override
	public void write(String text, boolean last) throws IOException {
		byte[] frame = (last && !this.partial) ? endpoint().frames().of(text)
				: FrameEncoder.text(text.getBytes(StandardCharsets.UTF_8), !this.partial, last);
		this.partial = !last;
		socket().write(frame);
	}

	/**
	 * What is left is the client's answer. The hub sees to it that it does not take long,
	 * also of one that goes on sending.
	 */
	@Override
	public void close(CloseCode code, String reason) throws IOException {
		socket().writeClose(FrameEncoder.close(code.code(), reason));
	}

	@Override
	public void abort() {
		socket().abort();
		ended();
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
