package io.github.realtime.websocket;

import java.io.IOException;
import java.security.Principal;
import java.util.List;
import java.util.Map;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import jakarta.websocket.Extension;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.util.ClassUtils;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.adapter.standard.StandardWebSocketHandlerAdapter;
import org.springframework.web.socket.adapter.standard.StandardWebSocketSession;
import org.springframework.web.socket.server.HandshakeFailureException;
import org.springframework.web.socket.server.standard.ServerEndpointRegistration;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;

/**
 * Upgrades to a connection of our own on Tomcat, and through {@code jakarta.websocket} on
 * other containers and for permessage-deflate. That no extension was selected does not
 * keep a container from negotiating those that it has itself; its configurator does.
 */
final class RealtimeUpgradeStrategy extends StandardWebSocketUpgradeStrategy {

	private static final boolean TOMCAT = ClassUtils.isPresent(
			"org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler",
			RealtimeUpgradeStrategy.class.getClassLoader());

	private final boolean compression;

	private final @Nullable TomcatHandshake tomcat;

	RealtimeUpgradeStrategy(WebSocketEndpoint endpoint, boolean compression) {
		this.compression = compression;
		this.tomcat = (TOMCAT && !compression) ? new TomcatHandshake(endpoint) : null;
	}

	@Override
	public void upgrade(ServerHttpRequest request, ServerHttpResponse response, @Nullable String selectedProtocol,
			List<WebSocketExtension> selectedExtensions, @Nullable Principal user, WebSocketHandler handler,
			Map<String, Object> attributes) throws HandshakeFailureException {
		HttpServletRequest servletRequest = getHttpServletRequest(request);
		if (this.tomcat != null && TomcatHandshake.isPossible(servletRequest)) {
			try {
				this.tomcat.upgrade(servletRequest, getHttpServletResponse(response), selectedProtocol, user,
						attributes);
			}
			catch (IOException | ServletException ex) {
				throw new HandshakeFailureException("Upgrading to WebSocket failed", ex);
			}
			return;
		}
		StandardWebSocketSession session = new StandardWebSocketSession(HttpHeaders.copyOf(request.getHeaders()),
				attributes, null, null, user);
		Registration registration = new Registration(servletRequest.getRequestURI(),
				new StandardWebSocketHandlerAdapter(handler, session), this.compression);
		registration.setSubprotocols((selectedProtocol != null) ? List.of(selectedProtocol) : List.of());
		try {
			getContainer(servletRequest).upgradeHttpToWebSocket(new WithoutSession(servletRequest),
					getHttpServletResponse(response), registration, Map.of());
		}
		catch (IllegalArgumentException ex) {
			// A header that the container can't parse
			response.setStatusCode(HttpStatus.BAD_REQUEST);
		}
		catch (Exception ex) {
			throw new HandshakeFailureException("Upgrading to WebSocket failed", ex);
		}
	}

	/**
	 * Keeps the HTTP session from Tomcat, which would close the sockets of one that ends
	 * with 1008, as if the client had broken a rule.
	 */
	private static final class WithoutSession extends HttpServletRequestWrapper {

		private WithoutSession(HttpServletRequest request) {
			super(request);
		}

		@Override
		public @Nullable HttpSession getSession(boolean create) {
			return null;
		}

		@Override
		public @Nullable HttpSession getSession() {
			return null;
		}

	}

	private static final class Registration extends ServerEndpointRegistration {

		private final boolean compression;

		private Registration(String path, StandardWebSocketHandlerAdapter endpoint, boolean compression) {
			super(path, endpoint);
			this.compression = compression;
		}

		@Override
		public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
			return this.compression ? super.getNegotiatedExtensions(installed, requested) : List.of();
		}

	}

}
