package io.github.realtime.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.github.realtime.testing.Patience;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How much one channel takes, and what becomes of one that publishes more than a client
 * reads.
 */
@EachContainer
class LimitTests {

	private static final int COUNT = 3000;

	private static final int QUEUE = 20_000;

	/** What the sockets of both sides take besides. */
	private static final int BUFFERS = 300_000;

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with(SmallSendBuffers.class)
		.with("realtime.limits.outbound-queue=" + QUEUE + "B", "realtime.limits.publishes-per-second=5",
				"realtime.channels[0].pattern=chat_*", "realtime.channels[0].client-publish=true",
				"realtime.channels[1].pattern=cursor_*", "realtime.channels[1].history.size=0",
				"realtime.channels[1].overflow=latest");

	@Test
	void publishWhenTheChannelTakesNoMoreThenIsRefusedUntilItDoesAndOtherChannelsAreNot() {
		try (RawClient loud = server.client(); RawClient other = server.client()) {
			StringBuilder frame = new StringBuilder();
			for (int id = 1; id <= 100; id++) {
				frame.append(publish("chat_loud").formatted(id)).append('\n');
			}
			loud.send(frame.toString());
			loud.sync();
			int published = loud.lines(RawClient.type("published")).size();
			assertThat(published).isBetween(10, 99);
			assertThat(loud.lines((line) -> line.path("code").asString().equals("rate-limited")))
				.hasSize(100 - published);
			assertThat(Users.outcome(other.command(publish("chat_quiet")))).isEqualTo("published");
			await().atMost(Patience.ENOUGH)
				.until(() -> Users.outcome(loud.command(publish("chat_loud"))).equals("published"));
		}
	}

	@Test
	void readerOfAKilobytePerSecondEndsWithTheNewestValueAndTheLastState() {
		try (RawSocket slow = RawSocket.open(server.port(), 4096); RawClient other = server.client()) {
			slow.sendText("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"cursor_1\",\"state\":true}");
			assertThat(slow.readText()).contains("\"subscribed\"");
			other.subscribe("cursor_1");
			String padding = "x".repeat(1000);
			List<JsonNode> lines = new ArrayList<>();
			for (int i = 1; i <= COUNT; i++) {
				server.realtime().send("cursor_1", List.of(i, padding));
				if (i % 1000 == 0) {
					server.realtime().channel("cursor_1").state().set("k" + i, i);
					// A kilobyte, and then nothing for a second
					lines.addAll(slow.readLines());
					LockSupport.parkNanos(1_000_000_000);
				}
				if (i % 100 == 0) {
					int sent = i;
					other.await("the newest", (line) -> line.path("data").path(0).asInt() == sent);
				}
			}
			long bytes = 0;
			while (lines.stream().noneMatch((line) -> line.path("value").asInt() == COUNT)) {
				String text = slow.readText();
				bytes += text.length();
				text.lines().map(RawClient::json).forEach(lines::add);
			}
			assertThat(lines).anyMatch((line) -> line.path("data").path(0).asInt() == COUNT);
			assertThat(lines.stream().filter(RawClient.type("state"))).as("changes of the state").hasSize(3);
			assertThat(bytes).as("what had waited").isLessThan(QUEUE + BUFFERS);
			slow.sendText("{\"type\":\"unsubscribe\",\"id\":1000,\"channel\":\"cursor_1\"}");
			assertThat(slow.readText()).contains("\"unsubscribed\"");
			assertThat(other.isClosed()).isFalse();
		}
	}

	private static String publish(String channel) {
		return "{\"type\":\"publish\",\"id\":%d,\"channel\":\"" + channel + "\",\"data\":1}";
	}

}
