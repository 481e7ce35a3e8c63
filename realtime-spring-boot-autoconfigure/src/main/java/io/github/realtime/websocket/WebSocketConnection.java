package io.github.realtime.websocket;

import java.io.IOException;
import java.security.Principal;
import java.util.Map;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.session.ClientConnection;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Session;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSession;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;

/**
 * A client's socket, on any container that has {@code jakarta.websocket}.
 */
final class WebSocketConnection implements ClientConnection {

	private static final boolean JETTY = ClassUtils.isPresent(
			"org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSession",
			WebSocketConnection.class.getClassLoader());

	/** Tomcat's own limit for one blocking write, which ends the thread's wait. */
	private static final String TOMCAT_WRITE_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

	private static final long WRITE_TIMEOUT_MILLIS = 10_000;

	/** How long Tomcat waits for the answer to a close frame, 30 s by default. */
	private static final String TOMCAT_CLOSE_TIMEOUT = "org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT";

	private static final long CLOSE_TIMEOUT_MILLIS = 5_000;

	/** How long Tomcat tries to send a close frame before it cuts a connection. */
	private static final String TOMCAT_ABORT_TIMEOUT = "org.apache.tomcat.websocket.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT";

	private static final Log logger = LogFactory.getLog(WebSocketConnection.class);

	private final WebSocketSession session;

	WebSocketConnection(WebSocketSession session) {
		this.session = session;
		Session container = container();
		if (container != null) {
			container.getUserProperties().put(TOMCAT_WRITE_TIMEOUT, WRITE_TIMEOUT_MILLIS);
			// Tomcat reports the end when it has sent its close frame: a peer that is not
			// there any more is left to it
			container.getUserProperties().put(TOMCAT_CLOSE_TIMEOUT, CLOSE_TIMEOUT_MILLIS);
			// Heartbeats find out who is gone
			container.setMaxIdleTimeout(0);
		}
	}

	private @Nullable Session container() {
		return (this.session instanceof NativeWebSocketSession wrapper) ? wrapper.getNativeSession(Session.class)
				: null;
	}

	@Override
	public void write(String text, boolean last) throws IOException {
		this.session.sendMessage(new TextMessage(text, last));
	}

	@Override
	public void close(CloseCode code, String reason) throws IOException {
		this.session.close(new CloseStatus(code.code(), reason));
	}

	@Override
	public void abort() {
		Session container = container();
		try {
			if (container == null) {
				this.session.close();
			}
			else if (!JETTY || !Jetty.abort(container)) {
				// Tomcat tries to send a close frame first, for 50 ms unless told
				// otherwise, and takes 0 for not told
				container.getUserProperties().put(TOMCAT_ABORT_TIMEOUT, 1L);
				container.close(new CloseReason(CloseCodes.CLOSED_ABNORMALLY, null));
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Aborting failed", ex);
		}
	}

	@Override
	public @Nullable Principal principal() {
		return this.session.getPrincipal();
	}

	@Override
	public Map<String, Object> attributes() {
		return this.session.getAttributes();
	}

	/**
	 * On Jetty a close frame would wait behind a write that is stuck.
	 */
	private static final class Jetty {

		private static boolean abort(Session session) {
			if (session instanceof JakartaWebSocketSession jetty) {
				jetty.abort();
				return true;
			}
			return false;
		}

	}

}
