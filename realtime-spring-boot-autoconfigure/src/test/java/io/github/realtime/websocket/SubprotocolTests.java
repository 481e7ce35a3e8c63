package io.github.realtime.websocket;

import io.github.realtime.websocket.RawSocket.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Subprotocols, extensions and other headers of the handshake.
 */
@EachContainer
class SubprotocolTests {

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer();

	@Parameter
	Container container;

	@ParameterizedTest
	@ValueSource(strings = { "realtime.v1", "realtime.v2, realtime.v1", "graphql-ws,realtime.v1" })
	void upgradeWhenOursIsAmongTheSubprotocolsThenIsSelected(String offered) {
		Response response = server.upgrade("Sec-WebSocket-Protocol", offered);
		assertThat(response.status()).isEqualTo(101);
		assertThat(response.headers()).containsEntry("Sec-WebSocket-Protocol", "realtime.v1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "realtime.v2", "graphql-ws, mqtt", "xrealtime.v1" })
	void upgradeWhenOursIsNotAmongTheSubprotocolsThenIsABadRequest(String offered) {
		assertThat(server.upgrade("Sec-WebSocket-Protocol", offered).status()).isEqualTo(400);
	}

	@Test
	void upgradeWhenOursIsInAnotherHeaderLineThenIsSelected() {
		Response response = server.upgrade("Sec-WebSocket-Protocol", "mqtt", "Sec-WebSocket-Protocol", "realtime.v1");
		assertThat(response.status()).isEqualTo(101);
		assertThat(response.headers()).containsEntry("Sec-WebSocket-Protocol", "realtime.v1");
	}

	@Test
	void upgradeWhenNoSubprotocolThenNoneIsSelected() {
		assertThat(server.upgrade().headers()).doesNotContainKey("Sec-WebSocket-Protocol");
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
		Response response = server.upgrade("Sec-WebSocket-Extensions", "permessage-deflate; a=\"b");
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

}
