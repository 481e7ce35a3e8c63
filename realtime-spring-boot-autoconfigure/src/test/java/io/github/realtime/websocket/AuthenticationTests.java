package io.github.realtime.websocket;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.realtime.ClientConnectedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * As whom a client is taken, and for how long.
 */
@EachContainer
class AuthenticationTests {

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with(Connected.class)
		.with("realtime.channels[0].pattern=*", "realtime.channels[0].client-publish=true");

	@Test
	void authenticateWhenTheTokenIsGoodThenIsThatUserUnderAnIdOfItsOwn() {
		try (RawClient client = server.client()) {
			JsonNode reply = Users.authenticate(client, "ada until 3600000");
			assertThat(reply.propertyNames()).containsExactlyInAnyOrder("type", "id", "user", "clientId", "expiresIn");
			assertThat(reply.get("user").stringValue()).isEqualTo("ada");
			assertThat(reply.get("expiresIn").longValue()).isBetween(3_500_000L, 3_600_000L);
			assertThat(reply.get("clientId").stringValue()).isNotEqualTo(client.clientId());
			reply = Users.authenticate(client, "ada");
			assertThat(reply.has("expiresIn")).isFalse();
		}
	}

	@Test
	void authenticateWhenTheTokenIsBadThenStaysWhoItWas() {
		try (RawClient client = server.client(); RawClient ada = Users.token(server, "ada")) {
			assertThat(Users.outcome(Users.authenticate(client, "bad"))).isEqualTo("unauthenticated");
			assertThat(from(client)).isEqualTo(client.clientId());
			String id = from(ada);
			assertThat(Users.outcome(Users.authenticate(ada, "bad"))).isEqualTo("unauthenticated");
			assertThat(from(ada)).isEqualTo(id);
		}
	}

	@Test
	void authenticateWhenAnotherUserIsThereThenIsRefused() {
		try (RawClient byToken = Users.token(server, "ada"); RawClient byHandshake = Users.handshake(server, "ada")) {
			for (RawClient client : List.of(byToken, byHandshake)) {
				String id = from(client);
				assertThat(Users.outcome(Users.authenticate(client, "bob"))).isEqualTo("forbidden");
				assertThat(Users.outcome(Users.authenticate(client, "ada ADMIN"))).isEqualTo("authenticated");
				assertThat(from(client)).isEqualTo(id);
			}
		}
	}

	@Test
	void resumeAndAuthenticateWhenOnANewSocketThenTheIdIsTheSameAndTheOldSocketIsTakenOver() {
		try (RawClient old = Users.token(server, "ada"); RawClient young = server.client()) {
			String id = from(old);
			String token = old.welcome().get("resume").stringValue();
			old.subscribe("taken-over");
			young.send("{\"type\":\"resume\",\"id\":1,\"token\":\"" + token
					+ "\"}\n{\"type\":\"authenticate\",\"id\":2,\"token\":\"ada\"}\n"
					+ "{\"type\":\"subscribe\",\"id\":3,\"channel\":\"taken-over\"}");
			young.await("reply", RawClient.type("subscribed"));
			assertThat(old.awaitCloseCode()).isEqualTo(4409);
			assertThat(from(young)).isEqualTo(id);
		}
	}

	@Test
	void resumeWhenTheTokenIsAnotherUsersThenTakesNothingOver() {
		try (RawClient ada = Users.token(server, "ada");
				RawClient thief = server.client();
				RawClient bob = Users.token(server, "bob");
				RawClient guest = Users.handshake(server, "guest")) {
			String id = from(ada);
			String token = ada.welcome().get("resume").stringValue();
			for (RawClient client : List.of(thief, guest)) {
				assertThat(client.resume(token).get("clientId").stringValue()).isNotEqualTo(id);
				assertThat(from(client)).isNotEqualTo(id);
			}
			assertThat(Users.outcome(bob.resume(token))).isIn("resumed", "bad-request");
			assertThat(from(bob)).isNotEqualTo(id);
			ada.sync();
			assertThat(from(ada)).isEqualTo(id);
		}
	}

	@Test
	void authenticatedClientIsKnownToTheApplicationUnderItsFinalIdOnly() {
		List<String> connected = server.context().getBean(Connected.class).ids;
		try (RawClient client = server.client()) {
			client.resume("some-token-of-an-earlier-socket");
			String id = Users.authenticate(client, "zoe").get("clientId").stringValue();
			client.subscribe("a");
			await().untilAsserted(() -> assertThat(connected).contains("zoe " + id));
			assertThat(connected).filteredOn((who) -> who.startsWith("zoe ")).hasSize(1);
		}
	}

	@Test
	void tokenWhenItExpiresAndIsNotRenewedThenIsClosedWith4401() {
		try (RawClient client = server.client()) {
			client.subscribe("expiry");
			assertThat(Users.outcome(Users.authenticate(client, "ada until 2000"))).isEqualTo("authenticated");
			assertThat(client.awaitCloseCode()).isEqualTo(4401);
		}
	}

	@Test
	void tokenWhenItIsRenewedThenTheSocketGoesOnAndNothingIsMissed() {
		try (RawClient client = Users.token(server, "ada until 6000")) {
			client.subscribe("renewal");
			server.realtime().send("renewal", 1);
			JsonNode expiring = client.await("warning", RawClient.type("expiring"));
			assertThat(expiring.get("expiresIn").longValue()).isBetween(1L, 3000L);
			server.realtime().send("renewal", 2);
			assertThat(Users.outcome(Users.authenticate(client, "ada until 600000"))).isEqualTo("authenticated");
			server.realtime().send("renewal", 3);
			// Another's that was not renewed says when the time is over
			try (RawClient other = Users.token(server, "bob until 3500")) {
				assertThat(other.awaitCloseCode()).isEqualTo(4401);
			}
			server.realtime().send("renewal", 4);
			assertThat(client.awaitMessages("renewal", 4)).extracting((message) -> message.get("data").intValue())
				.containsExactly(1, 2, 3, 4);
			assertThat(client.isClosed()).isFalse();
		}
	}

	@Test
	void commandWhenAuthenticationIsRequiredThenIsRefusedUntilThen() {
		try (RealtimeServer server = requiring("5m");
				RawClient client = server.client();
				RawClient handshake = Users.handshake(server, "bob")) {
			for (String command : List.of("\"type\":\"subscribe\",\"channel\":\"a\"",
					"\"type\":\"unsubscribe\",\"channel\":\"a\"", "\"type\":\"publish\",\"channel\":\"a\",\"data\":1",
					"\"type\":\"set\",\"channel\":\"a\",\"key\":\"k\",\"value\":1",
					"\"type\":\"call\",\"action\":\"a\"")) {
				assertThat(Users.outcome(client.command("{\"id\":%d," + command + "}"))).isEqualTo("unauthenticated");
			}
			server.realtime().send("a", "classified");
			assertThat(Users.outcome(Users.authenticate(client, "ada"))).isEqualTo("authenticated");
			client.subscribe("a");
			handshake.subscribe("a");
			assertThat(client.frames()).noneMatch((frame) -> frame.contains("classified"));
		}
	}

	@Test
	void clientWhenAuthenticationIsRequiredAndDoesNotComeInTimeThenIsClosed() {
		try (RealtimeServer server = requiring("5s");
				RawClient client = Users.token(server, "ada");
				RawClient handshake = Users.handshake(server, "bob");
				RawClient silent = server.client()) {
			assertThat(silent.awaitCloseCode()).isEqualTo(4401);
			client.sync();
			handshake.sync();
		}
	}

	private RealtimeServer requiring(String timeout) {
		return RealtimeServer.on(server.container())
			.with(Users.class)
			.with("realtime.authentication.mode=required", "realtime.authentication.timeout=" + timeout)
			.start();
	}

	/**
	 * As whom a client's messages are sent.
	 */
	private static String from(RawClient client) {
		if (client.lines((line) -> line.path("channel").asString().equals("whoami")).isEmpty()) {
			client.subscribe("whoami");
		}
		JsonNode reply = client.command("{\"type\":\"publish\",\"id\":%d,\"channel\":\"whoami\",\"data\":null}");
		return client
			.await("own message",
					RawClient.message("whoami").and((line) -> line.get("offset").equals(reply.get("offset"))))
			.get("from")
			.stringValue();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Users.class)
	static class Connected {

		private final List<String> ids = new CopyOnWriteArrayList<>();

		@EventListener
		void connected(ClientConnectedEvent event) {
			this.ids.add(event.client().name() + " " + event.client().id());
		}

	}

}
