package io.github.realtime.websocket;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

import io.github.realtime.websocket.RawSocket.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Where the endpoint and the scripts are, and who else has that path.
 */
@EachContainer
class EndpointTests {

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer();

	@Parameter
	Container container;

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
			assertThat(server.upgrade().status()).isEqualTo(503);
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
			assertThat(etag).matches("W/\"[0-9a-f]{32}\"");
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
	void requestWhenTheServerCompressesThenTheClientScriptsAreCompressed() throws Exception {
		try (RealtimeServer server = RealtimeServer.on(this.container)
			.with("server.compression.enabled=true")
			.start()) {
			HttpRequest request = HttpRequest
				.newBuilder(URI.create("http://localhost:" + server.port() + "/realtime/connection.js"))
				.header("Accept-Encoding", "gzip")
				.build();
			HttpResponse<?> script = HttpClient.newHttpClient().send(request, BodyHandlers.discarding());
			assertThat(script.headers().map()).containsEntry("content-encoding", List.of("gzip")).containsKey("etag");
		}
	}

	@Test
	void requestWhenControllerHasTheSamePathThenItGetsWhatIsNoUpgrade() {
		try (RealtimeServer server = RealtimeServer.on(this.container)
			.with("realtime.path=/page")
			.with(Page.class)
			.start(); RawSocket http = RawSocket.connect(server.port())) {
			assertThat(http.request("/page").status()).isEqualTo(200);
			assertThat(http.upgrade("/page").status()).isEqualTo(101);
		}
	}

	@RestController
	static class Page {

		@GetMapping("/page")
		String page() {
			return "page";
		}

	}

}
