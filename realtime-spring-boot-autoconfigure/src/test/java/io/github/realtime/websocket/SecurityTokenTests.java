package io.github.realtime.websocket;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

import static io.github.realtime.access.ChannelRule.authenticated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that authenticate with a JWT, with Spring Security.
 */
@EachContainer
class SecurityTokenTests {

	@RegisterExtension
	static final RealtimeServer server = SecuredApplication.server();

	@Test
	void tokenWhenItIsAJwtThenIsItsSubjectWithItsScopes() throws IOException, InterruptedException {
		try (RawClient client = new Login(server, "ada").socket()) {
			assertThat(Users.outcome(client.command(RawClient.subscribeCommand("scope", null)))).isEqualTo("forbidden");
			JsonNode reply = Users.authenticate(client, jwt("ada", 3600));
			assertThat(Users.outcome(reply)).isEqualTo("authenticated");
			assertThat(reply.get("expiresIn").longValue()).isBetween(3_500_000L, 3_600_000L);
			client.subscribe("scope");
			assertThat(Users.outcome(Users.authenticate(client, jwt("bob", 3600)))).isEqualTo("forbidden");
		}
		String forged = jwt("ada", 3600);
		forged = forged.substring(0, forged.lastIndexOf('.') + 1) + "AAAA";
		for (String bad : List.of(jwt("ada", -3600), "not.a.jwt", forged)) {
			try (RawClient client = new Login(server, "ada").socket()) {
				assertThat(Users.outcome(Users.authenticate(client, bad))).isEqualTo("unauthenticated");
			}
		}
	}

	@Test
	void tokenWhenItCameWithTheHandshakeThenExpiresAndCanBeRenewed() {
		// The first of a process takes its time
		bearer(jwt("ada", 3600)).close();
		try (RawClient renewed = bearer(jwt("ada", 8)); RawClient expired = bearer(jwt("ada", 8))) {
			renewed.subscribe("scope");
			renewed.await("warning", RawClient.type("expiring"));
			assertThat(Users.outcome(Users.authenticate(renewed, jwt("ada", 3600)))).isEqualTo("authenticated");
			assertThat(expired.awaitCloseCode()).isEqualTo(4401);
			renewed.sync();
		}
	}

	private static RawClient bearer(String token) {
		return server.client("/realtime", "Authorization", "Bearer " + token);
	}

	private static String jwt(String subject, long seconds) {
		NimbusJwtEncoder encoder = new NimbusJwtEncoder(new ImmutableSecret<>(SecuredApplication.KEY));
		JwtClaimsSet claims = JwtClaimsSet.builder()
			.subject(subject)
			.claim("scope", "chat")
			.expiresAt(Instant.now().plusSeconds(seconds))
			.build();
		return encoder.encode(JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(), claims))
			.getTokenValue();
	}

}
