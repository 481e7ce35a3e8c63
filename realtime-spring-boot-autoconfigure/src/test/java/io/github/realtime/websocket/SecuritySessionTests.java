package io.github.realtime.websocket;

import java.io.IOException;

import org.apache.catalina.Context;
import org.apache.catalina.session.ManagerBase;
import org.eclipse.jetty.session.DefaultSessionIdManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.tomcat.TomcatWebServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Sockets whose HTTP session ends, with Spring Security.
 */
@EachContainer
class SecuritySessionTests {

	@RegisterExtension
	static final RealtimeServer server = SecuredApplication.server();

	@Test
	void logoutClosesTheSocketsOfItsSessionAndNoOthers() throws IOException, InterruptedException {
		Login here = new Login(server, "ada");
		Login elsewhere = new Login(server, "ada");
		try (RawClient one = here.socket(); RawClient two = here.socket(); RawClient other = elsewhere.socket()) {
			here.post("/logout");
			assertThat(one.awaitCloseCode()).isEqualTo(4401);
			assertThat(two.awaitCloseCode()).isEqualTo(4401);
			other.sync();
		}
	}

	@Test
	void logoutWhenTheSessionIsKeptThenItsSocketsAreClosed() throws IOException, InterruptedException {
		Login login = new Login(server, "ada");
		try (RawClient client = login.socket()) {
			login.post("/logout-and-stay");
			assertThat(client.awaitCloseCode()).isEqualTo(4401);
		}
	}

	@Test
	void sessionWhenItsIdChangesThenLogoutStillClosesItsSockets() throws IOException, InterruptedException {
		Login login = new Login(server, "ada");
		try (RawClient client = login.socket()) {
			String before = login.cookies();
			login.post("/change-id");
			assertThat(login.cookies()).isNotEqualTo(before);
			client.sync();
			login.post("/logout");
			assertThat(client.awaitCloseCode()).isEqualTo(4401);
		}
	}

	@Test
	void sessionWhenItExpiresThenItsSocketsAreClosed() throws IOException, InterruptedException {
		Login login = new Login(server, "ada");
		try (RawClient client = login.socket(); RawClient other = new Login(server, "ada").socket()) {
			login.post("/expire-soon");
			await().until(() -> {
				expireSessions();
				return client.isClosed();
			});
			assertThat(client.awaitCloseCode()).isEqualTo(4401);
			other.sync();
		}
	}

	/**
	 * Does now what the container does every so often.
	 */
	private static void expireSessions() {
		if (server.context().getWebServer() instanceof TomcatWebServer tomcat) {
			Context context = (Context) tomcat.getTomcat().getHost().findChildren()[0];
			((ManagerBase) context.getManager()).processExpires();
		}
		else if (server.context().getWebServer() instanceof JettyWebServer jetty) {
			jetty.getServer()
				.getBeans(DefaultSessionIdManager.class)
				.forEach((sessions) -> sessions.getSessionHouseKeeper().scavenge());
		}
	}

}
