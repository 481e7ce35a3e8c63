package io.github.realtime.websocket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.util.Base64;
import java.util.Map;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.socket.WebSocketHttpHeaders;

/**
 * Ends a handshake with a {@link TomcatConnection}, without extensions.
 */
final class TomcatHandshake {

	/** <a href="https://www.rfc-editor.org/rfc/rfc6455#section-1.3">RFC 6455</a>. */
	private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

	private static final int KEY_BYTES = 16;

	private final WebSocketEndpoint endpoint;

	TomcatHandshake(WebSocketEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	static boolean isPossible(HttpServletRequest request) {
		return request.getServletContext().getServerInfo().startsWith("Apache Tomcat");
	}

	/**
	 * Upgrades, or refuses with 400.
	 */
	void upgrade(HttpServletRequest request, HttpServletResponse response, @Nullable String protocol,
			@Nullable Principal user, Map<String, Object> attributes) throws IOException, ServletException {
		String key = request.getHeader(WebSocketHttpHeaders.SEC_WEBSOCKET_KEY);
		if (key == null || !isKey(key)) {
			response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
			return;
		}
		response.setHeader("Upgrade", "websocket");
		response.setHeader("Connection", "Upgrade");
		response.setHeader(WebSocketHttpHeaders.SEC_WEBSOCKET_ACCEPT, accept(key));
		if (protocol != null) {
			response.setHeader(WebSocketHttpHeaders.SEC_WEBSOCKET_PROTOCOL, protocol);
		}
		request.upgrade(TomcatConnection.class).prepare(this.endpoint, user, attributes);
	}

	private static boolean isKey(String key) {
		try {
			return Base64.getDecoder().decode(key).length == KEY_BYTES;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static String accept(String key) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-1")
				.digest((key + KEY_SUFFIX).getBytes(StandardCharsets.US_ASCII));
			return Base64.getEncoder().encodeToString(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
