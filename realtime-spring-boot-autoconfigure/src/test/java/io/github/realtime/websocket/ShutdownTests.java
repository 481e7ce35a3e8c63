package io.github.realtime.websocket;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.realtime.testing.Patience;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that stops says so, while it still can.
 */
@EachContainer
class ShutdownTests {

	@RegisterExtension
	final RealtimeServer server = new RealtimeServer().with(SmallSendBuffers.class);

	@Test
	void closeWhenClientsAreConnectedThenEachGetsGoodbyeAndClose1012() {
		List<RawClient> clients = Stream.generate(this.server::client).limit(20).toList();
		clients.forEach((client) -> client.subscribe("news"));
		this.server.realtime().send("news", "the last");
		this.server.close();
		for (RawClient client : clients) {
			assertThat(client.awaitCloseCode()).isEqualTo(1012);
			List<JsonNode> lines = client.lines();
			assertThat(lines.get(lines.size() - 1).get("type").stringValue()).isEqualTo("goodbye");
			assertThat(lines).filteredOn(RawClient.message("news")).hasSize(1);
		}
		List<Integer> delays = clients.stream()
			.map((client) -> client.await("goodbye", RawClient.type("goodbye")).get("reconnectAfter").intValue())
			.toList();
		assertThat(delays).allMatch((delay) -> delay >= 0 && delay < 1_000);
		assertThat(delays.stream().distinct()).hasSizeGreaterThan(10);
	}

	@Test
	void closeWhenOneDoesNotReadThenIsNotHeldUpForLong() {
		List<RawSocket> stuck = IntStream.range(0, 5)
			.mapToObj((i) -> RawSocket.open(this.server.port(), 4096))
			.toList();
		try (RawClient client = this.server.client()) {
			for (RawSocket socket : stuck) {
				socket.sendText("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"news\"}");
				assertThat(socket.readText()).contains("\"subscribed\"");
			}
			this.server.realtime().send("news", "x".repeat(1_000_000));
			long begin = System.nanoTime();
			this.server.close();
			assertThat(client.awaitCloseCode()).isEqualTo(1012);
			// Each of the stuck writes would end after 10 s on Tomcat, and never on Jetty
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Patience.ENOUGH);
			stuck.forEach((socket) -> socket.drain());
		}
		finally {
			stuck.forEach(RawSocket::close);
		}
	}

	@Test
	void startWhenStoppedThenServesAgain() {
		RawClient before = this.server.client();
		this.server.context().stop();
		assertThat(before.awaitCloseCode()).isEqualTo(1012);
		this.server.context().start();
		try (RawClient after = this.server.client()) {
			after.subscribe("news");
			this.server.realtime().send("news", 1);
			assertThat(after.awaitData("news").intValue()).isEqualTo(1);
		}
	}

}
