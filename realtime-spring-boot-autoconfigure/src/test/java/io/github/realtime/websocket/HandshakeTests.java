package io.github.realtime.websocket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a client is told first, and who it is when it comes back.
 */
@EachContainer
class HandshakeTests {

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with(Users.class);

	@Test
	void upgradeWhenNothingSpecialThenIsWelcomed() {
		try (RawClient client = server.client()) {
			JsonNode welcome = client.welcome();
			assertThat(client.lines().get(0)).isEqualTo(welcome);
			assertThat(welcome.propertyNames()).containsExactlyInAnyOrder("type", "clientId", "resume", "heartbeat",
					"frameSize");
			assertThat(welcome.get("clientId").stringValue()).isNotBlank();
			assertThat(welcome.get("resume").stringValue()).hasSizeGreaterThanOrEqualTo(32)
				.isNotEqualTo(welcome.get("clientId").stringValue());
			assertThat(welcome.get("heartbeat").intValue()).isEqualTo((int) RealtimeServer.HEARTBEAT.toMillis());
			assertThat(welcome.get("frameSize").intValue()).isEqualTo(65_536);
		}
	}

	@Test
	void resumeWhenSameUserThenGetsTheSameId() {
		try (RawClient first = as("ada"); RawClient second = as("ada")) {
			String token = first.welcome().get("resume").stringValue();
			assertThat(second.resume(token).get("clientId").stringValue()).isEqualTo(first.clientId());
			assertThat(first.awaitCloseCode()).isEqualTo(4409);
		}
	}

	@Test
	void resumeWhenAnotherUserThenGetsAnotherIdAndTakesNothingOver() {
		try (RawClient ada = as("ada"); RawClient bob = as("bob"); RawClient nobody = server.client()) {
			String token = ada.welcome().get("resume").stringValue();
			assertThat(bob.resume(token).get("clientId").stringValue()).isNotEqualTo(ada.clientId());
			assertThat(nobody.resume(token).get("clientId").stringValue()).isNotEqualTo(ada.clientId());
			ada.sync();
			assertThat(ada.isClosed()).isFalse();
		}
	}

	private static RawClient as(String user) {
		return RawClient.connect(server.port(), "/realtime", "X-User", user);
	}

}
