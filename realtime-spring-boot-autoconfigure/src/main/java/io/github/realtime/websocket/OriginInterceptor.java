package io.github.realtime.websocket;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.support.OriginHandshakeInterceptor;

/**
 * Refuses foreign origins with 403, and says once what is usually wrong if a proxy stands
 * in between.
 */
final class OriginInterceptor extends OriginHandshakeInterceptor {

	private static final Log logger = LogFactory.getLog(OriginInterceptor.class);

	private final AtomicBoolean explained = new AtomicBoolean();

	OriginInterceptor(List<String> allowed) {
		setAllowedOriginPatterns(allowed);
	}

	@Override
	public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			Map<String, Object> attributes) throws Exception {
		boolean allowed;
		try {
			allowed = super.beforeHandshake(request, response, handler, attributes);
		}
		catch (IllegalArgumentException ex) {
			// Not an origin at all
			response.setStatusCode(HttpStatus.FORBIDDEN);
			return false;
		}
		if (!allowed && request.getHeaders().containsHeader("X-Forwarded-Proto")
				&& this.explained.compareAndSet(false, true)) {
			logger.warn("Refused a connection as coming from a foreign origin, though it came through a proxy. "
					+ "If the page is this application's own, set server.forward-headers-strategy=framework; "
					+ "if it is another site's, add that to realtime.allowed-origins");
		}
		return allowed;
	}

}
