package io.github.realtime.websocket;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Whatever a client sends, it gets the error or the close of the protocol, learns nothing
 * of the server's insides, and nobody else notices.
 */
@EachContainer
class HostileInputTests {

	// So few that it makes no difference how long a test takes to send many
	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with("realtime.limits.commands-per-second=1");

	private RawClient bystander;

	private RawClient client;

	@BeforeEach
	void connect() {
		this.bystander = server.client();
		this.bystander.subscribe("bystander");
		this.client = server.client();
	}

	@AfterEach
	void assertThatOthersNoticeNothing() {
		this.client.close();
		server.realtime().send("bystander", "still here");
		assertThat(this.bystander.awaitData("bystander").stringValue()).isEqualTo("still here");
		assertThat(this.bystander.lines(RawClient.type("error"))).isEmpty();
		this.bystander.close();
		server.client().close();
		assertThat(this.client.frames()).noneMatch((frame) -> frame
			.matches("(?s).*(Exception|\\bat [a-z]+\\.|java|jackson|springframework|realtime\\.).*"));
		await().until(() -> server.hub().clientCount() == 0);
	}

	static Stream<Arguments> badLines() {
		String long201 = "x".repeat(201);
		return Stream.of(Arguments.of("{", null, "bad-request"), Arguments.of("nonsense", null, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"a\"", null, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"a\"} trailing", null, "bad-request"),
				Arguments.of("{'type':'pong'}", null, "bad-request"),
				Arguments.of("[{\"type\":\"pong\"}]", null, "bad-request"),
				Arguments.of("\"pong\"", null, "bad-request"), Arguments.of("null", null, "bad-request"),
				Arguments.of("42", null, "bad-request"), Arguments.of("{}", null, "bad-request"),
				Arguments.of("{\"id\":1}", 1L, "bad-request"), Arguments.of("{\"type\":1,\"id\":1}", 1L, "bad-request"),
				Arguments.of("{\"type\":null,\"id\":1}", 1L, "bad-request"),
				Arguments.of("{\"type\":\"explode\",\"id\":1}", 1L, "unknown-type"),
				Arguments.of("{\"type\":\"\",\"id\":1}", 1L, "unknown-type"),
				Arguments.of("{\"type\":\"Subscribe\",\"id\":1,\"channel\":\"a\"}", 1L, "unknown-type"),
				Arguments.of("{\"type\":\"subscribe\",\"channel\":\"a\"}", null, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":0,\"channel\":\"a\"}", null, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":-1,\"channel\":\"a\"}", null, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1.5,\"channel\":\"a\"}", null, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"a\"}", null, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":9007199254740992,\"channel\":\"a\"}", null, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":" + "9".repeat(500) + ",\"channel\":\"a\"}", null,
						"bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1e3000000,\"channel\":\"a\"}", null, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1}", 1L, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":7}", 1L, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":{}}", 1L, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"\"}", 1L, "invalid-channel"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"a b\"}", 1L, "invalid-channel"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\" a\"}", 1L, "invalid-channel"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"a\\nb\"}", 1L, "invalid-channel"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"ä\"}", 1L, "invalid-channel"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"a\\ud83d\"}", 1L, "invalid-channel"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"chat_*\"}", 1L, "invalid-channel"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"" + long201 + "\"}", 1L,
						"invalid-channel"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"a\",\"since\":5}", 1L, "bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"a\",\"since\":{\"epoch\":\"e\"}}", 1L,
						"bad-request"),
				Arguments.of("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"a\",\"since\":{\"offset\":1}}", 1L,
						"bad-request"),
				Arguments.of(
						"{\"type\":\"subscribe\",\"id\":1,\"channel\":\"a\",\"since\":{\"epoch\":\"e\",\"offset\":-1}}",
						1L, "bad-request"),
				Arguments.of("{\"type\":\"unsubscribe\",\"id\":1,\"channel\":\"never-subscribed\"}", 1L,
						"not-subscribed"),
				Arguments.of("{\"type\":\"unsubscribe\",\"id\":1}", 1L, "bad-request"),
				Arguments.of("{\"type\":\"resume\",\"id\":1}", 1L, "bad-request"),
				Arguments.of("{\"type\":\"resume\",\"id\":1,\"token\":\"\"}", 1L, "bad-request"),
				Arguments.of("{\"type\":\"resume\",\"id\":1,\"token\":[]}", 1L, "bad-request"),
				Arguments.of("{\"type\":\"resume\",\"id\":1,\"token\":\"" + "t".repeat(60_000) + "\"}", 1L,
						"bad-request"),
				Arguments.of("[".repeat(5_000), null, "bad-request"),
				Arguments.of("[".repeat(5_000) + "]".repeat(5_000), null, "bad-request"),
				Arguments.of("{\"x\":".repeat(5_000) + "1" + "}".repeat(5_000), null, "bad-request"));
	}

	@ParameterizedTest
	@MethodSource("badLines")
	void receiveWhenLineIsBadThenIsAnsweredWithAnErrorAndTheSocketStaysOpen(String line, Long id, String code) {
		this.client.send(line);
		JsonNode error = this.client.await("error", RawClient.type("error"));
		assertThat(error.get("code").stringValue()).isEqualTo(code);
		assertThat(error.path("id").asLong(0)).isEqualTo((id != null) ? id : 0);
		assertThat(error.has("id")).isEqualTo(id != null);
		assertThat(error.get("message").stringValue()).isNotBlank().hasSizeLessThan(200);
		this.client.subscribe("goes-on");
		assertThat(this.client.lines(RawClient.type("error"))).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "publish", "set", "increment", "remove", "presence", "call", "authenticate" })
	void receiveWhenCommandIsNotAllowedToAnybodyThenIsForbidden(String type) {
		JsonNode reply = this.client.command("{\"type\":\"" + type
				+ "\",\"id\":%d,\"channel\":\"c\",\"key\":\"k\",\"token\":\"t\",\"data\":1,\"value\":1,\"action\":\"a\"}");
		assertThat(reply.get("type").stringValue()).isEqualTo("error");
		assertThat(reply.get("code").stringValue()).isEqualTo("forbidden");
		this.client.sync();
	}

	@Test
	void receiveWhenUnknownFieldsThenTheyAreIgnored() {
		JsonNode reply = this.client.command(
				"{\"future\":{\"a\":[1,\"\\ud800\"]},\"type\":\"subscribe\",\"id\":%d,\"channel\":\"fields\",\"state\":true}");
		assertThat(reply.get("type").stringValue()).isEqualTo("subscribed");
	}

	@Test
	void receiveWhenBlankLinesThenTheyAreIgnored() {
		this.client.send("\n\n{\"type\":\"subscribe\",\"id\":71,\"channel\":\"a\"}\r\n  \n\n"
				+ "{\"type\":\"subscribe\",\"id\":72,\"channel\":\"b\"}\n");
		this.client.await("72", (line) -> line.path("id").asInt() == 72);
		assertThat(this.client.lines(RawClient.type("error"))).isEmpty();
		assertThat(this.client.lines(RawClient.type("subscribed"))).hasSize(2);
	}

	@Test
	void subscribeWhenSubscribedThenIsRefused() {
		this.client.subscribe("twice");
		JsonNode reply = this.client.command("{\"type\":\"subscribe\",\"id\":%d,\"channel\":\"twice\"}");
		assertThat(reply.get("code").stringValue()).isEqualTo("already-subscribed");
		server.realtime().send("twice", 1);
		this.client.awaitData("twice");
		this.client.sync();
		assertThat(this.client.lines(RawClient.message("twice"))).hasSize(1);
	}

	@Test
	void resumeWhenNotTheFirstCommandThenIsRefused() {
		this.client.sync();
		assertThat(this.client.resume(this.client.welcome().get("resume").stringValue()).get("code").stringValue())
			.isEqualTo("bad-request");
	}

	@Test
	void receiveWhenTenUnreadableLinesInARowThenIsClosedWith4400() {
		this.client.send("nonsense\n".repeat(9));
		this.client.sync();
		this.client.send("nonsense\n".repeat(9));
		this.client.sync();
		this.client.send("nonsense\n".repeat(10));
		assertThat(this.client.awaitCloseCode()).isEqualTo(4400);
	}

	@Test
	void receiveWhenBinaryFrameThenIsClosedWith4400() {
		this.client.sendBinary((byte) 1, (byte) 2);
		assertThat(this.client.awaitCloseCode()).isEqualTo(4400);
	}

	@Test
	void receiveWhenFrameOf60KilobytesThenIsAccepted() {
		JsonNode reply = this.client.command(
				"{\"type\":\"subscribe\",\"id\":%d,\"channel\":\"long-frame\",\"x\":\"" + "ü".repeat(30_000) + "\"}");
		assertThat(reply.get("type").stringValue()).isEqualTo("subscribed");
	}

	@Test
	void receiveWhenFrameIsAsLargeAsAllowedThenIsAcceptedAndOneByteMoreIsNot() {
		String head = "{\"type\":\"subscribe\",\"id\":7,\"channel\":\"exact\",\"x\":\"";
		String exact = head + "x".repeat(65_536 - head.length() - 2) + "\"}";
		this.client.send(exact);
		this.client.await("reply", RawClient.type("subscribed"));
		this.client.send(exact + " ");
		assertThat(this.client.awaitCloseCode()).isEqualTo(1009);
	}

	@Test
	void receiveWhenFrameOf70KilobytesThenIsClosedWith1009() {
		this.client.send("x".repeat(70_000));
		assertThat(this.client.awaitCloseCode()).isEqualTo(1009);
	}

	@Test
	void receiveWhenFragmentsNeverEndThenIsClosedWith1009() {
		try (RawSocket socket = RawSocket.open(server.port(), 0)) {
			byte[] part = "y".repeat(8_000).getBytes(StandardCharsets.UTF_8);
			socket.sendFrame(RawSocket.TEXT, false, part);
			for (int i = 0; i < 8; i++) {
				socket.sendFrame(RawSocket.CONTINUATION, false, part);
			}
			assertThat(socket.readFrame().closeCode()).isEqualTo(1009);
		}
	}

	@Test
	void receiveWhenFrameComesInManyFragmentsThenIsPutTogether() {
		String command = "{\"type\":\"subscribe\",\"id\":5,\"channel\":\"fragments\",\"x\":\"ä😀\"}";
		try (RawSocket socket = RawSocket.open(server.port(), 0)) {
			byte[] bytes = command.getBytes(StandardCharsets.UTF_8);
			// One byte each, so that characters are split too
			for (int i = 0; i < bytes.length; i++) {
				socket.sendFrame((i == 0) ? RawSocket.TEXT : RawSocket.CONTINUATION, i == bytes.length - 1, bytes[i]);
				if (i == 10) {
					socket.sendFrame(RawSocket.PING, true);
				}
			}
			assertThat(socket.readFrame().opcode()).isEqualTo(10);
			assertThat(socket.readText()).startsWith("{\"type\":\"subscribed\",\"id\":5");
		}
	}

	@Test
	void receiveWhenInvalidUtf8ThenIsClosedWith1007() {
		try (RawSocket socket = RawSocket.open(server.port(), 0)) {
			// U+D800 as UTF-8 would have it if it were a character
			socket.sendFrame(RawSocket.TEXT, true, (byte) '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, (byte) '"');
			assertThat(socket.readFrame().closeCode()).isEqualTo(1007);
		}
	}

	@Test
	void receiveWhenFrameIsNotMaskedThenIsClosedWith1002() {
		try (RawSocket socket = RawSocket.open(server.port(), 0)) {
			socket.sendBytes((byte) 0x81, (byte) 2, (byte) '{', (byte) '}');
			assertThat(socket.readFrame().closeCode()).isEqualTo(1002);
		}
	}

	@Test
	void receiveWhenBytesAreNoFrameThenIsClosed() {
		try (RawSocket socket = RawSocket.open(server.port(), 0)) {
			socket.sendBytes("GET / HTTP/1.1\r\n".repeat(20).getBytes(StandardCharsets.US_ASCII));
			assertThat(socket.drain()).first().satisfies((frame) -> assertThat(frame.closeCode()).isEqualTo(1002));
		}
	}

	@Test
	void receiveWhenMoreCommandsThanTheRateThenTheyAreRefusedAndItRecovers() {
		for (int i = 0; i < 20; i++) {
			this.client.send("{\"type\":\"unsubscribe\",\"id\":1,\"channel\":\"r\"}\n".repeat(15));
		}
		List<JsonNode> errors = this.client.awaitAll(300, "error", RawClient.type("error"));
		assertThat(errors).filteredOn((error) -> error.get("code").stringValue().equals("rate-limited"))
			.hasSizeBetween(20, 100)
			.allMatch((error) -> error.get("id").intValue() == 1);
		assertThat(errors).filteredOn((error) -> error.get("code").stringValue().equals("not-subscribed"))
			.hasSizeGreaterThanOrEqualTo(200);
		// Who goes on asking is closed before long
		await().pollInterval(Duration.ofMillis(100))
			.until(() -> this.client.command("{\"type\":\"subscribe\",\"id\":%d,\"channel\":\"recovered\"}")
				.get("type")
				.stringValue()
				.equals("subscribed"));
	}

	@Test
	void unsubscribeWhenMoreCommandsThanTheRateThenIsCarriedOutAllTheSame() {
		this.client.subscribe("given_up");
		this.client.send("{\"type\":\"unsubscribe\",\"id\":1,\"channel\":\"r\"}\n".repeat(300)
				+ "{\"type\":\"unsubscribe\",\"id\":2,\"channel\":\"given_up\"}");
		this.client.awaitAll(300, "error", RawClient.type("error"));
		this.client.await("unsubscribed", RawClient.type("unsubscribed"));
	}

	@Test
	void receiveWhenTenThousandCommandsInASecondThenIsClosedWith4429() {
		String frame = "{\"type\":\"subscribe\",\"id\":1,\"channel\":\"flood\"}\n".repeat(500);
		for (int i = 0; i < 20; i++) {
			this.client.sendAsync(frame);
		}
		assertThat(this.client.awaitCloseCode()).isEqualTo(4429);
		assertThat(this.client.lines(RawClient.type("error"))
			.stream()
			.filter((error) -> error.get("code").stringValue().equals("rate-limited"))).hasSizeBetween(150, 250);
	}

	@Test
	void receiveWhenTenThousandUnreadableLinesInASecondThenIsClosed() {
		for (int i = 0; i < 20; i++) {
			this.client.sendAsync("{\"type\":\"\"}\n".repeat(500));
		}
		assertThat(this.client.awaitCloseCode()).isEqualTo(4429);
	}

	@Test
	void subscribeWhenMoreChannelsThanAllowedThenIsRefusedUntilOneIsLeft() {
		for (int i = 0; i < 100; i++) {
			this.client.sendAsync("{\"type\":\"subscribe\",\"id\":" + (1000 + i) + ",\"channel\":\"limit_" + i + "\"}");
		}
		this.client.awaitAll(100, "subscribed", RawClient.type("subscribed"));
		JsonNode refused = this.client.command("{\"type\":\"subscribe\",\"id\":%d,\"channel\":\"limit_more\"}");
		assertThat(refused.get("code").stringValue()).isEqualTo("limit-exceeded");
		this.client.unsubscribe("limit_50");
		this.client.subscribe("limit_more");
	}

}
