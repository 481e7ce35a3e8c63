package io.github.realtime.websocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import io.github.realtime.Position;
import io.github.realtime.session.SessionLimits;
import io.github.realtime.websocket.RawSocket.Frame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One that does not read delays nobody, and is gone before long.
 */
@ParameterizedClass
@EnumSource(Container.class)
class SlowClientTests {

	private static final int MEGABYTE = 1024 * 1024;

	/** More than the sockets of two sides take together. */
	private static final String HUGE = "x".repeat(8 * MEGABYTE - 2);

	private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(4);

	private static RealtimeServer server;

	@Parameter
	Container container;

	@BeforeParameterizedClassInvocation
	static void start(Container container) {
		server = RealtimeServer.on(container)
			.with("realtime.limits.message-size=8MB")
			.with("realtime.history.bytes=32MB")
			.with(new SessionLimits(Duration.ofSeconds(25), 65_536, 100, 0, 100, MEGABYTE, WRITE_TIMEOUT))
			.start();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		server.close();
	}

	@AfterEach
	void awaitNobody() {
		await().pollInterval(Duration.ofMillis(10)).until(() -> server.hub().clientCount() == 0);
	}

	@Test
	void sendWhenOneDoesNotReadThenAllOthersGetEveryLineAndItIsClosed() {
		List<RawClient> others = new ArrayList<>();
		try (RawSocket stuck = stuck("crowd")) {
			for (int i = 0; i < 50; i++) {
				RawClient other = server.client();
				other.subscribe("crowd");
				others.add(other);
			}
			String value = "y".repeat(2_000);
			int sent = 0;
			// Until the stuck one is gone, and for a while longer
			for (int rest = 3; rest > 0; rest -= (server.hub().clientCount() > 50 && sent < 10_000) ? 0 : 1) {
				for (int i = 0; i < 100; i++) {
					server.realtime().send("crowd", value);
				}
				sent += 100;
				for (RawClient other : others) {
					other.await("message " + sent, offset(sent));
				}
			}
			assertThat(server.hub().clientCount()).as("clients after " + sent + " messages").isEqualTo(50);
			for (RawClient other : others) {
				List<JsonNode> messages = other.awaitMessages("crowd", sent);
				assertThat(messages.get(sent - 1).get("offset").longValue()).isEqualTo(sent);
				assertThat(other.isClosed()).isFalse();
			}
			assertThatWasClosed(stuck);
		}
		finally {
			others.forEach(RawClient::close);
		}
	}

	@Test
	void sendWhenTheOnlyOneDoesNotReadThenItIsAbortedThoughItsQueueIsNotFull() {
		try (RawSocket stuck = stuck("alone")) {
			server.realtime().send("alone", HUGE);
			await().atMost(WRITE_TIMEOUT.plusSeconds(3)).until(() -> server.hub().clientCount() == 0);
			assertThatWasClosed(stuck);
		}
	}

	@Test
	void sendWhenTheQueueOfOneIsFullThenItIsGoneBeforeItsWriteCountsAsStuck() {
		try (RawSocket stuck = stuck("full")) {
			server.realtime().send("full", HUGE);
			stuck.awaitArrival();
			for (int i = 0; i < 4; i++) {
				server.realtime().send("full", "y".repeat(400_000));
			}
			await().pollInterval(Duration.ofMillis(10))
				.atMost(WRITE_TIMEOUT.minusSeconds(1))
				.until(() -> server.hub().clientCount() == 0);
			assertThatWasClosed(stuck);
		}
	}

	@Test
	void sendWhenFortyDoNotReadThenAnotherIsServedPromptly() {
		List<RawSocket> stuck = new ArrayList<>();
		try (RawClient client = server.client()) {
			client.subscribe("prompt");
			for (int i = 0; i < 40; i++) {
				stuck.add(stuck("forty"));
			}
			server.realtime().send("forty", HUGE);
			long begin = System.nanoTime();
			server.realtime().send("prompt", "first");
			client.await("first message", RawClient.message("prompt"));
			long slowest = System.nanoTime() - begin;
			// While they are stuck, and while they are cut
			for (int i = 2; i < 300 && (server.hub().clientCount() > 1 || i < 50); i++) {
				begin = System.nanoTime();
				server.realtime().send("prompt", i);
				client.awaitMessages("prompt", i);
				slowest = Math.max(slowest, System.nanoTime() - begin);
				LockSupport.parkNanos(10_000_000);
			}
			await().atMost(Duration.ofSeconds(5)).until(() -> server.hub().clientCount() == 1);
			assertThat(Duration.ofNanos(slowest)).as("slowest").isLessThan(WRITE_TIMEOUT);
			stuck.forEach(SlowClientTests::assertThatWasClosed);
		}
		finally {
			stuck.forEach(RawSocket::close);
		}
	}

	@Test
	void sendWhenOneReadsSlowlyButSteadilyThenGetsALargeMessageThatTakesLongerThanAWriteMay() {
		try (RawSocket slow = stuck("steady")) {
			long begin = System.nanoTime();
			server.realtime().send("steady", HUGE);
			int size = 0;
			Frame frame;
			do {
				frame = slow.readFrame();
				size += frame.payload().length;
				LockSupport.parkNanos(frame.payload().length * 700L);
			}
			while (!frame.last());
			assertThat(size).isGreaterThan(8 * MEGABYTE);
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(WRITE_TIMEOUT.plusSeconds(1));
			slow.sendText("{\"type\":\"unsubscribe\",\"id\":2,\"channel\":\"steady\"}");
			assertThat(slow.readText()).contains("\"unsubscribed\"");
		}
	}

	@Test
	void subscribeWhenReplayIsLargerThanTheQueueThenAllOfItArrivesBeforeWhatIsNewer() {
		String value = "z".repeat(20_000);
		Position start = server.realtime().channel("replay").position();
		for (int i = 0; i < 100; i++) {
			server.realtime().send("replay", value);
		}
		try (RawClient client = server.client()) {
			assertThat(client.subscribe("replay", start).get("recovered").booleanValue()).isTrue();
			server.realtime().send("replay", "newer");
			assertThat(client.awaitMessages("replay", 101)).extracting((line) -> line.get("offset").longValue())
				.isSorted()
				.last()
				.isEqualTo(101L);
			assertThat(client.lines(RawClient.message("replay"))).hasSize(101);
		}
	}

	@Test
	void subscribeWhenOneReadsItsReplaySlowlyThenGetsItAndEverythingSentMeanwhile() {
		String value = "z".repeat(20_000);
		Position start = server.realtime().channel("slow-replay").position();
		for (int i = 0; i < 70; i++) {
			server.realtime().send("slow-replay", value);
		}
		try (RawSocket slow = RawSocket.open(server.port(), 4096)) {
			slow.sendText(RawClient.subscribeCommand("slow-replay", start).replace("%d", "1"));
			for (int i = 70; i < 100; i++) {
				server.realtime().send("slow-replay", value);
				LockSupport.parkNanos(3_000_000);
			}
			List<Long> offsets = new ArrayList<>();
			while (offsets.size() < 100) {
				slow.readLines()
					.stream()
					.filter(RawClient.message("slow-replay"))
					.forEach((line) -> offsets.add(line.get("offset").longValue()));
				LockSupport.parkNanos(1_000_000);
			}
			assertThat(offsets).isSorted().doesNotHaveDuplicates().last().isEqualTo(100L);
		}
	}

	@Test
	void closeWhenOneIsStuckAndTakenOverThenItIsCutSoon() {
		try (RawSocket stuck = RawSocket.connect(server.port(), 4096); RawClient client = server.client()) {
			stuck.upgrade("/realtime");
			String token = RawClient.json(stuck.readText()).get("resume").stringValue();
			stuck.sendText(RawClient.subscribeCommand("taken", null).replace("%d", "1"));
			stuck.readText();
			server.realtime().send("taken", HUGE);
			assertThat(client.resume(token).get("type").stringValue()).isEqualTo("resumed");
			await().until(() -> server.hub().clientCount() == 1);
			assertThatWasClosed(stuck);
			assertThat(client.isClosed()).isFalse();
		}
	}

	private static Predicate<JsonNode> offset(long offset) {
		return (line) -> line.path("offset").asLong() == offset && RawClient.type("message").test(line);
	}

	private static RawSocket stuck(String channel) {
		RawSocket socket = RawSocket.open(server.port(), 4096);
		socket.sendText(RawClient.subscribeCommand(channel, null).replace("%d", "1"));
		assertThat(socket.readText()).contains("\"subscribed\"");
		return socket;
	}

	private static void assertThatWasClosed(RawSocket socket) {
		List<Frame> frames = socket.drain(Duration.ofSeconds(10));
		assertThat(frames).filteredOn((frame) -> frame.opcode() == RawSocket.CLOSE)
			.extracting(Frame::closeCode)
			// 1002 is Tomcat's, if there is room for it at the moment of an abort
			.isSubsetOf(4503, 4409, 1002);
	}

}
