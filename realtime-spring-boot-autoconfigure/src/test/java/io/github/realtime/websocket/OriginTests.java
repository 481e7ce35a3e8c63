package io.github.realtime.websocket;

import java.util.List;

import io.github.realtime.websocket.RawSocket.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From which pages a client may connect.
 */
@EachContainer
class OriginTests {

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer();

	@Parameter
	Container container;

	@ParameterizedTest
	@ValueSource(strings = { "http://evil.example", "https://localhost", "http://localhost:1", "null",
			"http://localhost.evil.example", "file://", "nonsense", "http://a:b", "http://a b" })
	void upgradeWhenOriginIsForeignThenIsForbidden(String origin) {
		assertThat(server.upgrade("Origin", origin).status()).isEqualTo(403);
	}

	@Test
	void upgradeWhenNothingIsRightThenTheOriginIsCheckedFirst() {
		Response response = server.upgrade("Origin", "http://evil.example", "Sec-WebSocket-Protocol", "other");
		assertThat(response.status()).isEqualTo(403);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void upgradeWhenAProxyMakesTheOriginForeignThenTheLogSaysOnceWhatToSet(CapturedOutput output) {
		try (RealtimeServer server = RealtimeServer.on(this.container).start()) {
			for (int i = 0; i < 3; i++) {
				Response response = server.upgrade("Origin", "https://www.example.com", "X-Forwarded-Proto", "https");
				assertThat(response.status()).isEqualTo(403);
			}
		}
		assertThat(output).containsOnlyOnce("set server.forward-headers-strategy=framework");
	}

	@Test
	void upgradeWhenOriginIsOwnThenIsAccepted() {
		assertThat(server.upgrade("Origin", "http://localhost:" + server.port()).status()).isEqualTo(101);
	}

	@Test
	void upgradeWhenNoOriginThenIsAccepted() {
		assertThat(server.upgrade().status()).isEqualTo(101);
	}

	@Test
	void upgradeWhenOriginsAreAllowedThenTheseAndTheOwnAreAcceptedAndNoOthers() {
		try (RealtimeServer server = RealtimeServer.on(this.container)
			.with("realtime.allowed-origins=https://pages.example,https://*.apps.example")
			.start()) {
			for (String allowed : List.of("https://pages.example", "https://one.apps.example",
					"http://localhost:" + server.port())) {
				assertThat(server.upgrade("Origin", allowed).status()).as(allowed).isEqualTo(101);
			}
			for (String foreign : List.of("http://pages.example", "https://pages.example:444", "https://apps.example",
					"https://pages.example.evil.example", "https://oneXapps.example", "null")) {
				assertThat(server.upgrade("Origin", foreign).status()).as(foreign).isEqualTo(403);
			}
		}
	}

}
