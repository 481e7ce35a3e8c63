package io.github.realtime.websocket;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.github.realtime.ClientConnectedEvent;
import io.github.realtime.PayloadTooLargeException;
import io.github.realtime.Position;
import io.github.realtime.RealtimeClient;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.SendOptions;
import io.github.realtime.annotation.RealtimeEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What is sent in Java reaches a client on the wire.
 */
@EachContainer
class DeliveryTests {

	private static final int MEGABYTE = 1024 * 1024;

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with(Senders.class, SmallSendBuffers.class);

	@Test
	void connectionWhenOpenThenIsTheOneForTheContainer() {
		try (RawClient client = server.client()) {
			client.sync();
			List<RealtimeClient> connected = server.context().getBean(Senders.class).connected;
			// Listeners are told on a thread of their own
			RealtimeClient own = await().until(
					() -> connected.stream().filter((candidate) -> candidate.id().equals(client.clientId())).findAny(),
					Optional::isPresent)
				.orElseThrow();
			assertThat(own).extracting("connection").isInstanceOf(server.container().connectionType());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"text\"", "\"\"", "\"line\\nbreak \\u2028 \\\\ \\\" Grüße 😀 \\u0000\"", "0", "-7",
			"1.5e300", "9007199254740993", "true", "false", "null", "[]", "[1,\"two\",null,[3]]", "{}",
			"{\"a\":{\"b\":[true]},\"type\":\"message\",\"channel\":\"x\"}" })
	void sendWhenAnyJsonValueThenArrivesEqual(String json) {
		JsonNode value = RawClient.json(json);
		try (RawClient client = server.client()) {
			client.subscribe("values");
			server.realtime().send("values", value);
			assertThat(client.awaitData("values")).isEqualTo(value);
		}
	}

	@Test
	void sendWhenJavaValuesThenArriveAsTheirJson() {
		Map<String, Object> object = new LinkedHashMap<>();
		object.put("name", "n");
		object.put("absent", null);
		try (RawClient client = server.client()) {
			client.subscribe("java");
			for (Object value : new Object[] { "text", 42, 1.5, true, new int[] { 1, 2 }, List.of("a"), object,
					new Sent("x", 3) }) {
				server.realtime().send("java", value);
			}
			server.realtime().send("java", null);
			assertThat(client.awaitMessages("java", 9)).extracting((line) -> line.get("data").toString())
				.containsExactly("\"text\"", "42", "1.5", "true", "[1,2]", "[\"a\"]",
						"{\"name\":\"n\",\"absent\":null}", "{\"name\":\"x\",\"count\":3}", "null");
		}
	}

	@Test
	void sendWhenFromControllerThenArrives() {
		try (RawClient client = server.client(); RawSocket http = RawSocket.connect(server.port())) {
			client.subscribe("from-controller");
			assertThat(http.request("/vote").status()).isEqualTo(200);
			assertThat(client.awaitData("from-controller").stringValue()).isEqualTo("voted");
		}
	}

	@Test
	void sendWhenFromScheduledJobThenArrives() {
		try (RawClient client = server.client()) {
			client.subscribe("from-job");
			Senders senders = server.context().getBean(Senders.class);
			senders.ticking.set(true);
			assertThat(client.awaitData("from-job").stringValue()).startsWith("tick on scheduling");
			senders.ticking.set(false);
		}
	}

	@Test
	void sendWhenFromEventListenerThenArrives() {
		try (RawClient client = server.client()) {
			client.subscribe("from-listener");
			server.context().publishEvent(new Moved(5));
			assertThat(client.awaitData("from-listener").intValue()).isEqualTo(5);
		}
	}

	@Test
	void publishEventWhenRealtimeEventThenArrivesOnItsChannel() {
		try (RawClient client = server.client()) {
			client.subscribe("post_7");
			server.context().publishEvent(new Voted(8, "elsewhere"));
			server.context().publishEvent(new Voted(7, "here"));
			assertThat(client.awaitData("post_7")).isEqualTo(RawClient.json("{\"postId\":7,\"title\":\"here\"}"));
		}
	}

	@Test
	void sendWhenOneMegabyteThenArrives() {
		String value = "x".repeat(MEGABYTE - 2);
		try (RawClient client = server.client()) {
			client.subscribe("large");
			server.realtime().send("large", value);
			assertThat(client.awaitData("large").stringValue().equals(value)).isTrue();
		}
	}

	@Test
	void sendWhenLargeAndFullOfSurrogatePairsThenArrivesUnbroken() {
		String value = "a" + "😀".repeat(150_000);
		try (RawClient client = server.client()) {
			client.subscribe("large-pairs");
			server.realtime().send("large-pairs", value);
			assertThat(client.awaitData("large-pairs").stringValue().equals(value)).isTrue();
		}
	}

	@Test
	void sendWhenMoreThanOneMegabyteThenIsRefusedAndNothingIsPublished() {
		try (RawClient client = server.client()) {
			client.subscribe("too-large");
			server.realtime().send("too-large", 1);
			Position before = server.realtime().channel("too-large").position();
			assertThatExceptionOfType(PayloadTooLargeException.class)
				.isThrownBy(() -> server.realtime().send("too-large", "x".repeat(MEGABYTE - 1)))
				.satisfies((ex) -> assertThat(ex.getSize()).isEqualTo(MEGABYTE + 1));
			assertThat(server.realtime().channel("too-large").position()).isEqualTo(before);
			server.realtime().send("too-large", 2);
			assertThat(client.awaitMessages("too-large", 2)).extracting((line) -> line.get("offset").longValue())
				.containsExactly(1L, 2L);
		}
	}

	@Test
	void sendWhenOneNameIsPartOfAnotherThenEachGetsItsOwn() {
		try (RawClient score = server.client(); RawClient highScore = server.client()) {
			score.subscribe("score");
			highScore.subscribe("high_score");
			server.realtime().send("high_score", "high");
			server.realtime().send("score", "plain");
			server.realtime().send("score_2", "neither");
			assertThat(score.awaitData("score").stringValue()).isEqualTo("plain");
			assertThat(highScore.awaitData("high_score").stringValue()).isEqualTo("high");
			score.sync();
			highScore.sync();
			assertThat(score.lines(RawClient.type("message"))).hasSize(1);
			assertThat(highScore.lines(RawClient.type("message"))).hasSize(1);
		}
	}

	@Test
	void sendWhenClientIsExcludedThenItGetsThePositionInstead() {
		try (RawClient one = server.client(); RawClient other = server.client()) {
			Position start = one.subscribe("excluding");
			other.subscribe("excluding");
			server.realtime().send("excluding", "theirs", SendOptions.defaults().exclude(one.clientId()));
			server.realtime().send("excluding", "all");
			assertThat(other.awaitMessages("excluding", 2)).extracting((line) -> line.get("data").stringValue())
				.containsExactly("theirs", "all");
			assertThat(one.awaitData("excluding").stringValue()).isEqualTo("all");
			assertThat(one.lines(RawClient.type("position")))
				.containsExactly(RawClient.json("{\"type\":\"position\",\"channel\":\"excluding\",\"offset\":1}"));
			assertThat(one.lines(RawClient.message("excluding"))).hasSize(1);

			one.unsubscribe("excluding");
			int before = one.lines().size();
			assertThat(one.subscribe("excluding", start).get("recovered").booleanValue()).isTrue();
			one.sync();
			assertThat(one.lines().subList(before + 1, before + 3)).containsExactly(
					RawClient.json("{\"type\":\"position\",\"channel\":\"excluding\",\"offset\":1}"),
					RawClient.json("{\"type\":\"message\",\"channel\":\"excluding\",\"offset\":2,\"data\":\"all\"}"));
		}
	}

	@Test
	void sendWhenLinesWaitThenTheyAreJoinedIntoFramesOfAtMost8Kibibytes() {
		try (RawSocket client = RawSocket.open(server.port(), 64 * 1024)) {
			client.sendText(RawClient.subscribeCommand("waiting", null).replace("%d", "1"));
			client.readText();
			// Not written before it is read
			server.realtime().send("waiting", "x".repeat(MEGABYTE - 2));
			client.awaitArrival();
			List<Object> sent = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				sent.add("ü".repeat((i * 37) % 1_000));
			}
			sent.forEach((value) -> server.realtime().send("waiting", value));
			client.readText();
			List<String> frames = new ArrayList<>();
			List<String> received = new ArrayList<>();
			while (received.size() < 200) {
				String frame = client.readText();
				frames.add(frame);
				frame.lines().map((line) -> RawClient.json(line).get("data").stringValue()).forEach(received::add);
			}
			assertThat(received).isEqualTo(sent);
			assertThat(frames).hasSizeLessThan(sent.size())
				.filteredOn((frame) -> frame.contains("\n"))
				.isNotEmpty()
				.allMatch((frame) -> frame.getBytes(StandardCharsets.UTF_8).length <= 8 * 1024);
		}
	}

	@Test
	void subscribeWhenSeveralChannelsInOneFrameThenEachIsAnswered() {
		try (RawClient client = server.client()) {
			String frame = String.join("\n",
					IntStream.rangeClosed(1, 50)
						.mapToObj((i) -> RawClient.subscribeCommand("many_" + i, null)
							.replace("%d", Long.toString(client.nextId())))
						.toList());
			client.send(frame);
			await().until(() -> client.lines(RawClient.type("subscribed")).size() == 50);
			server.realtime().send("many_31", "x");
			assertThat(client.awaitData("many_31").stringValue()).isEqualTo("x");
		}
	}

	@Test
	void unsubscribeWhenAnsweredThenNothingComesAnyMore() throws InterruptedException {
		try (RawClient client = server.client(); RawClient other = server.client()) {
			client.subscribe("leaving");
			other.subscribe("leaving");
			CountDownLatch sending = new CountDownLatch(20);
			Thread sender = new Thread(() -> {
				for (int i = 0; i < 2_000; i++) {
					server.realtime().send("leaving", i);
					sending.countDown();
				}
			});
			sender.start();
			sending.await();
			assertThat(client.unsubscribe("leaving").get("type").stringValue()).isEqualTo("unsubscribed");
			sender.join();
			other.awaitMessages("leaving", 2_000);
			client.sync();
			List<JsonNode> lines = client.lines();
			int end = IntStream.range(0, lines.size())
				.filter((i) -> RawClient.type("unsubscribed").test(lines.get(i)))
				.findFirst()
				.orElseThrow();
			assertThat(lines.subList(end, lines.size())).noneMatch(RawClient.message("leaving"));
		}
	}

	record Sent(String name, int count) {

	}

	record Moved(int by) {

	}

	@RealtimeEvent(channel = "post_{postId}")
	record Voted(long postId, @Nullable String title) {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@RestController
	static class Senders {

		private final RealtimeTemplate realtime;

		final AtomicBoolean ticking = new AtomicBoolean();

		final List<RealtimeClient> connected = new CopyOnWriteArrayList<>();

		Senders(RealtimeTemplate realtime) {
			this.realtime = realtime;
		}

		@GetMapping("/vote")
		String vote() {
			this.realtime.send("from-controller", "voted");
			return "ok";
		}

		@Scheduled(fixedDelay = 20)
		void tick() {
			if (this.ticking.get()) {
				this.realtime.send("from-job", "tick on " + Thread.currentThread().getName());
			}
		}

		@EventListener
		void moved(Moved moved) {
			this.realtime.send("from-listener", moved.by());
		}

		@EventListener
		void connected(ClientConnectedEvent event) {
			this.connected.add(event.client());
		}

	}

}
