package io.github.realtime.websocket;

import java.io.IOException;
import java.util.Map;

import io.github.realtime.RenderOptions;
import io.github.realtime.websocket.RawSocket.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;

import static io.github.realtime.access.ChannelRule.authenticated;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may do what, with Spring Security.
 */
@EachContainer
class SecurityTests {

	@RegisterExtension
	static final RealtimeServer server = SecuredApplication.server();

	@Test
	void chainWhenStrictThenTheScriptIsServedAndTheEndpointAsksWhoIsThere() {
		assertThat(get("/realtime/client.js").status()).isEqualTo(200);
		assertThat(get("/realtime").status()).isIn(302, 401);
		try (RawSocket socket = RawSocket.connect(server.port())) {
			assertThat(socket.upgrade("/realtime").status()).isIn(302, 401);
		}
	}

	private static Response get(String path) {
		try (RawSocket socket = RawSocket.connect(server.port())) {
			return socket.request(path);
		}
	}

	@ParameterizedTest
	@CsvSource({ "role, subscribed, forbidden", "manager, subscribed, forbidden", "method, subscribed, forbidden",
			"context, subscribed, subscribed", "scope, forbidden, forbidden" })
	@ExtendWith(OutputCaptureExtension.class)
	void ruleKnowsTheUserOfTheSession(String channel, String admin, String user, CapturedOutput output)
			throws IOException, InterruptedException {
		try (RawClient root = new Login(server, "root").socket(); RawClient ada = new Login(server, "ada").socket()) {
			assertThat(Users.outcome(root.command(RawClient.subscribeCommand(channel, null)))).isEqualTo(admin);
			assertThat(Users.outcome(ada.command(RawClient.subscribeCommand(channel, null)))).isEqualTo(user);
		}
		assertThat(output).doesNotContain("Exception");
	}

	@ParameterizedTest
	@CsvSource({ "guarded, result, forbidden", "whoami, result, result", "later, result, result" })
	@ExtendWith(OutputCaptureExtension.class)
	void actionRunsAsTheUserOfTheSession(String action, String admin, String user, CapturedOutput output)
			throws IOException, InterruptedException {
		String call = "{\"type\":\"call\",\"id\":%d,\"action\":\"" + action + "\"}";
		try (RawClient root = new Login(server, "root").socket(); RawClient ada = new Login(server, "ada").socket()) {
			JsonNode reply = root.command(call);
			assertThat(Users.outcome(reply)).isEqualTo(admin);
			assertThat(reply.get("data").stringValue()).isEqualTo("root");
			reply = ada.command(call);
			assertThat(Users.outcome(reply)).isEqualTo(user);
			assertThat(reply.path("data").asString("ada")).isEqualTo("ada");
		}
		assertThat(output).doesNotContain("Exception");
	}

	@Test
	void pushedViewIsRenderedForNobodyWhoeverCausesIt() {
		SecurityContextHolder.getContext()
			.setAuthentication(UsernamePasswordAuthenticationToken.authenticated("root", null,
					AuthorityUtils.createAuthorityList("ROLE_ADMIN")));
		try {
			server.realtime().render("/pushed", RenderOptions.push("whose", Map.of()).target("p"));
			assertThat(SecurityContextHolder.getContext().getAuthentication().getName()).isEqualTo("root");
		}
		finally {
			SecurityContextHolder.clearContext();
		}
		JsonNode html = server.realtime().channel("/pushed").history(1).get(0).line().json().get("html");
		assertThat(html.stringValue()).isEqualTo("<p>anonymousUser null null");
	}

}
