package io.github.realtime.autoconfigure;

import io.github.realtime.websocket.HttpSessions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;

import org.springframework.context.ApplicationListener;
import org.springframework.security.authentication.event.LogoutSuccessEvent;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Closes the sockets of a session that is logged out, and kept. The end of one that is
 * not is seen anyway.
 */
final class LogoutListener implements ApplicationListener<LogoutSuccessEvent> {

	private final HttpSessions sessions;

	LogoutListener(HttpSessions sessions) {
		this.sessions = sessions;
	}

	@Override
	public void onApplicationEvent(LogoutSuccessEvent event) {
		if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
			HttpServletRequest request = attributes.getRequest();
			HttpSession session = request.getSession(false);
			if (session != null) {
				this.sessions.loggedOut(session.getId());
			}
		}
	}

}
