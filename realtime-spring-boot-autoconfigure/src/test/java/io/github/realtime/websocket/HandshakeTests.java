package io.github.realtime.websocket;

import java.security.Principal;
import java.util.List;

import io.github.realtime.websocket.RawSocket.Response;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Who gets a socket, and as whom.
 */
@EachContainer
class HandshakeTests {

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with(Users.class);

	@Parameter
	Container container;

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

	@ParameterizedTest
	@ValueSource(strings = { "http://evil.example", "https://localhost", "http://localhost:1", "null",
			"http://localhost.evil.example", "file://", "nonsense", "http://a:b", "http://a b" })
	void upgradeWhenOriginIsForeignThenIsForbidden(String origin) {
		assertThat(upgrade(server, "Origin", origin).status()).isEqualTo(403);
	}

	@Test
	void upgradeWhenNothingIsRightThenTheOriginIsCheckedFirst() {
		Response response = upgrade(server, "Origin", "http://evil.example", "Sec-WebSocket-Protocol", "other");
		assertThat(response.status()).isEqualTo(403);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void upgradeWhenAProxyMakesTheOriginForeignThenTheLogSaysOnceWhatToSet(CapturedOutput output) {
		try (RealtimeServer server = RealtimeServer.on(this.container).start()) {
			for (int i = 0; i < 3; i++) {
				Response response = upgrade(server, "Origin", "https://www.example.com", "X-Forwarded-Proto", "https");
				assertThat(response.status()).isEqualTo(403);
			}
		}
		assertThat(output).containsOnlyOnce("set server.forward-headers-strategy=framework");
	}

	@Test
	void upgradeWhenOriginIsOwnThenIsAccepted() {
		assertThat(upgrade(server, "Origin", "http://localhost:" + server.port()).status()).isEqualTo(101);
	}

	@Test
	void upgradeWhenNoOriginThenIsAccepted() {
		assertThat(upgrade(server).status()).isEqualTo(101);
	}

	@Test
	void upgradeWhenOriginsAreAllowedThenTheseAndTheOwnAreAcceptedAndNoOthers() {
		try (RealtimeServer server = RealtimeServer.on(this.container)
			.with("realtime.allowed-origins=https://pages.example,https://*.apps.example")
			.start()) {
			for (String allowed : List.of("https://pages.example", "https://one.apps.example",
					"http://localhost:" + server.port())) {
				assertThat(upgrade(server, "Origin", allowed).status()).as(allowed).isEqualTo(101);
			}
			for (String foreign : List.of("http://pages.example", "https://pages.example:444", "https://apps.example",
					"https://pages.example.evil.example", "https://oneXapps.example", "null")) {
				assertThat(upgrade(server, "Origin", foreign).status()).as(foreign).isEqualTo(403);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "realtime.v1", "realtime.v2, realtime.v1", "graphql-ws,realtime.v1" })
	void upgradeWhenOursIsAmongTheSubprotocolsThenIsSelected(String offered) {
		Response response = upgrade(server, "Sec-WebSocket-Protocol", offered);
		assertThat(response.status()).isEqualTo(101);
		assertThat(response.headers()).containsEntry("Sec-WebSocket-Protocol", "realtime.v1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "realtime.v2", "graphql-ws, mqtt", "xrealtime.v1" })
	void upgradeWhenOursIsNotAmongTheSubprotocolsThenIsABadRequest(String offered) {
		assertThat(upgrade(server, "Sec-WebSocket-Protocol", offered).status()).isEqualTo(400);
	}

	@Test
	void upgradeWhenOursIsInAnotherHeaderLineThenIsSelected() {
		Response response = upgrade(server, "Sec-WebSocket-Protocol", "mqtt", "Sec-WebSocket-Protocol", "realtime.v1");
		assertThat(response.status()).isEqualTo(101);
		assertThat(response.headers()).containsEntry("Sec-WebSocket-Protocol", "realtime.v1");
	}

	@Test
	void upgradeWhenNoSubprotocolThenNoneIsSelected() {
		assertThat(upgrade(server).headers()).doesNotContainKey("Sec-WebSocket-Protocol");
	}

	@Test
	void upgradeWhenCompressionIsOfferedThenIsNotNegotiated() {
		try (RawSocket socket = RawSocket.connect(server.port())) {
			Response response = socket.upgrade("/realtime", "Sec-WebSocket-Extensions", "permessage-deflate");
			assertThat(response.status()).isEqualTo(101);
			assertThat(response.headers()).doesNotContainKey("Sec-WebSocket-Extensions");
			RawSocket.Frame welcome = socket.readFrame();
			assertThat(welcome.reserved()).isFalse();
			assertThat(welcome.text()).contains("\"welcome\"");
		}
	}

	@Test
	void upgradeWhenExtensionsCanNotBeParsedThenIsABadRequestOrWithoutThem() {
		Response response = upgrade(server, "Sec-WebSocket-Extensions", "permessage-deflate; a=\"b");
		assertThat(response.status()).isIn(400, 101);
		assertThat(response.headers()).doesNotContainKey("Sec-WebSocket-Extensions");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "c2hvcnQ=", "bm90IHNpeHRlZW4gYnl0ZXM=", "no base64 at all *****" })
	void upgradeWhenKeyIsNoneThenIsABadRequestOnTomcat(String key) {
		assumeThat(this.container).isEqualTo(Container.TOMCAT);
		try (RawSocket socket = RawSocket.connect(server.port())) {
			assertThat(socket
				.request("/realtime", "Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Version", "13",
						"Sec-WebSocket-Key", key)
				.status()).isEqualTo(400);
		}
	}

	@Test
	void upgradeWhenCompressionIsSwitchedOnThenIsNegotiated() {
		try (RealtimeServer server = RealtimeServer.on(this.container).with("realtime.compression=true").start();
				RawSocket socket = RawSocket.connect(server.port())) {
			Response response = socket.upgrade("/realtime", "Sec-WebSocket-Extensions", "permessage-deflate");
			assertThat(response.headers().get("Sec-WebSocket-Extensions")).startsWith("permessage-deflate");
			assertThat(socket.readFrame().reserved()).isTrue();
		}
	}

	@Test
	void upgradeWhenPathIsAnotherThenItIsThereAndTheUsualOneIsNot() {
		try (RealtimeServer server = RealtimeServer.on(this.container).with("realtime.path=/live/socket").start();
				RawSocket socket = RawSocket.connect(server.port())) {
			RawClient.connect(server.port(), "/live/socket").welcome();
			assertThat(socket.upgrade("/realtime").status()).isEqualTo(404);
		}
	}

	@Test
	void upgradeWhenContextPathThenIsBelowIt() {
		try (RealtimeServer server = RealtimeServer.on(this.container).with("server.servlet.context-path=/app").start();
				RawClient client = RawClient.connect(server.port(), "/app/realtime")) {
			client.welcome();
			client.sync();
		}
	}

	@Test
	void upgradeWhenFullThenIsUnavailableUntilSomebodyLeaves() {
		try (RealtimeServer server = RealtimeServer.on(this.container).with("realtime.limits.clients=2").start();
				RawClient first = server.client();
				RawClient second = server.client()) {
			assertThat(upgrade(server).status()).isEqualTo(503);
			second.sync();
			first.close();
			await().until(() -> server.hub().clientCount() == 1);
			server.client().sync();
		}
	}

	@Test
	void requestWhenNoUpgradeThenIsNotFound() {
		try (RawSocket http = RawSocket.connect(server.port())) {
			assertThat(http.request("/realtime").status()).isEqualTo(404);
		}
	}

	@Test
	void requestWhenScriptBelowThePathThenIsServedAndRevalidated() {
		try (RawSocket http = RawSocket.connect(server.port())) {
			Response first = http.request("/realtime/fixture.js");
			assertThat(first.status()).isEqualTo(200);
			assertThat(first.body()).contains("a script of the tests");
			assertThat(first.headers().get("Content-Type")).startsWith("text/javascript");
			assertThat(first.headers().get("Cache-Control")).isEqualTo("no-cache");
			String etag = first.headers().get("ETag");
			assertThat(etag).matches("\"[0-9a-f]{32}\"");
			assertThat(http.request("/realtime/fixture.js", "If-None-Match", etag).status()).isEqualTo(304);
			assertThat(http.request("/realtime/fixture.js", "If-None-Match", "\"other\"").status()).isEqualTo(200);
			assertThat(http.request("/realtime/absent.js").status()).isEqualTo(404);
		}
	}

	@Test
	void requestWhenClientScriptThenIsServedBelowThePath() {
		try (RealtimeServer other = RealtimeServer.on(this.container).with("realtime.path=/live/socket").start();
				RawSocket http = RawSocket.connect(server.port());
				RawSocket otherHttp = RawSocket.connect(other.port())) {
			Response script = http.request("/realtime/client.js");
			assertThat(script.status()).isEqualTo(200);
			assertThat(script.headers()).containsKey("ETag");
			assertThat(script.body()).contains("connectRealtime")
				.contains("'./connection.js'")
				.contains("'./state.js'");
			assertThat(http.request("/realtime/connection.js").status()).isEqualTo(200);
			assertThat(http.request("/realtime/state.js").status()).isEqualTo(200);
			assertThat(otherHttp.request("/live/socket/client.js").body()).isEqualTo(script.body());
			assertThat(otherHttp.request("/realtime/client.js").status()).isEqualTo(404);
		}
	}

	@Test
	void requestWhenControllerHasTheSamePathThenItGetsWhatIsNoUpgrade() {
		try (RealtimeServer server = RealtimeServer.on(this.container)
			.with("realtime.path=/page")
			.with(Users.class)
			.start(); RawSocket http = RawSocket.connect(server.port())) {
			assertThat(http.request("/page").status()).isEqualTo(200);
			assertThat(http.upgrade("/page").status()).isEqualTo(101);
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

	private static Response upgrade(RealtimeServer server, String... headers) {
		try (RawSocket socket = RawSocket.connect(server.port())) {
			return socket.upgrade("/realtime", headers);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@RestController
	static class Users {

		@GetMapping("/page")
		String page() {
			return "page";
		}

		@Bean
		Filter userFilter() {
			return (request, response, chain) -> {
				String user = ((HttpServletRequest) request).getHeader("X-User");
				chain.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {

					@Override
					public @Nullable Principal getUserPrincipal() {
						return (user != null) ? () -> user : null;
					}

				}, response);
			};
		}

	}

}
