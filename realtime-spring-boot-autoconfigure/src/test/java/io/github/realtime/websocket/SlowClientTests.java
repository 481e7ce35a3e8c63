package io.github.realtime.websocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import io.github.realtime.Position;
import io.github.realtime.session.SessionLimits;
import io.github.realtime.testing.Patience;
import io.github.realtime.websocket.RawSocket.Frame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One that does not read delays nobody, and is gone before long.
 */
@EachContainer
class SlowClientTests {

	private static final int QUEUE = 256 * 1024;

	/** More than the sockets of two sides take together. */
	private static final String HUGE = "x".repeat(2 * 1024 * 1024);

	private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(3);

	/** Leaves a write as much time as the container does, which is 10 s on Tomcat. */
	@RegisterExtension
	static final RealtimeServer server = server(Duration.ofMinutes(5));

	/** Cuts who lets a write wait for longer than {@link #WRITE_TIMEOUT}. */
	@RegisterExtension
	static final RealtimeServer strict = server(WRITE_TIMEOUT);

	private static RealtimeServer server(Duration writeTimeout) {
		return new RealtimeServer().with(SmallSendBuffers.class)
			.with("realtime.limits.message-size=8MB", "realtime.history.bytes=32MB")
			.with(new SessionLimits(RealtimeServer.HEARTBEAT, 65_536, 100, 0, 0, 100, QUEUE, writeTimeout,
					Duration.ZERO));
	}

	@AfterEach
	void awaitNobody() {
		awaitClients(server, 0);
		awaitClients(strict, 0);
	}

	@Test
	void sendWhenOneDoesNotReadThenAllOthersGetEveryLineAndItIsClosed() {
		List<RawClient> others = new ArrayList<>();
		try (RawSocket stuck = stuck(server, "crowd", "own")) {
			for (int i = 0; i < 50; i++) {
				RawClient other = server.client();
				other.subscribe("crowd");
				others.add(other);
			}
			server.realtime().send("own", HUGE);
			stuck.awaitArrival();
			String value = "y".repeat(1_000);
			long deadline = System.nanoTime() + Patience.ENOUGH.toNanos();
			int sent = 0;
			// Until the stuck one is gone, and for a while longer
			for (int rest = 3; rest > 0; rest -= (server.hub().clientCount() == 50) ? 1 : 0) {
				assertThat(System.nanoTime()).as("time after " + sent + " messages").isLessThan(deadline);
				for (int i = 0; i < 50; i++) {
					server.realtime().send("crowd", value);
				}
				sent += 50;
				for (RawClient other : others) {
					other.await("message " + sent, offset(sent));
				}
				LockSupport.parkNanos(20_000_000);
			}
			for (RawClient other : others) {
				assertThat(other.awaitMessages("crowd", sent).get(sent - 1).get("offset").longValue()).isEqualTo(sent);
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
		try (RawSocket stuck = stuck(strict, "alone")) {
			strict.realtime().send("alone", HUGE);
			awaitClients(strict, 0);
			assertThatWasClosed(stuck);
		}
	}

	@Test
	void sendWhenTheQueueOfOneIsFullThenItIsGoneBeforeItsWriteCountsAsStuck() {
		try (RawSocket stuck = stuck(server, "full")) {
			server.realtime().send("full", HUGE);
			stuck.awaitArrival();
			fill("full");
			awaitClients(server, 0);
			assertThatWasClosed(stuck);
		}
	}

	@Test
	void sendWhenFortyDoNotReadThenAnotherIsServedPromptly() {
		List<RawSocket> stuck = new ArrayList<>();
		try (RawClient client = server.client()) {
			client.subscribe("prompt");
			for (int i = 0; i < 40; i++) {
				stuck.add(stuck(server, "forty"));
			}
			server.realtime().send("forty", HUGE);
			stuck.forEach(RawSocket::awaitArrival);
			server.realtime().send("prompt", 1);
			client.await("first message", RawClient.message("prompt"));
			assertThat(server.hub().clientCount()).as("clients, none of which was cut to make room").isEqualTo(41);
			fill("forty");
			// And while they are cut
			for (int i = 2; server.hub().clientCount() > 1; i++) {
				server.realtime().send("prompt", i);
				client.awaitMessages("prompt", i);
				LockSupport.parkNanos(10_000_000);
			}
			stuck.forEach(SlowClientTests::assertThatWasClosed);
		}
		finally {
			stuck.forEach(RawSocket::close);
		}
	}

	@Test
	void sendWhenOneReadsSlowlyButSteadilyThenGetsALargeMessageThatTakesLongerThanAWriteMay() {
		try (RawSocket slow = RawSocket.open(strict.port(), 64 * 1024)) {
			slow.sendText(RawClient.subscribeCommand("steady", null).replace("%d", "1"));
			assertThat(slow.readText()).contains("\"subscribed\"");
			long begin = System.nanoTime();
			strict.realtime().send("steady", HUGE);
			int size = 0;
			Frame frame;
			do {
				frame = slow.readFrame();
				size += frame.payload().length;
				LockSupport.parkNanos(frame.payload().length * 2_500L);
			}
			while (!frame.last());
			assertThat(size).isGreaterThan(HUGE.length());
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
		try (RawSocket slow = RawSocket.open(server.port(), 64 * 1024)) {
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
			awaitClients(server, 1);
			assertThatWasClosed(stuck);
			assertThat(client.isClosed()).isFalse();
		}
	}

	private static Predicate<JsonNode> offset(long offset) {
		return (line) -> line.path("offset").asLong() == offset && RawClient.type("message").test(line);
	}

	private static RawSocket stuck(RealtimeServer server, String... channels) {
		RawSocket socket = RawSocket.open(server.port(), 4096);
		for (String channel : channels) {
			socket.sendText(RawClient.subscribeCommand(channel, null).replace("%d", "1"));
			assertThat(socket.readText()).contains("\"subscribed\"");
		}
		return socket;
	}

	/**
	 * Sends more than waits for one who has stopped reading.
	 */
	private static void fill(String channel) {
		for (int i = 0; i < 4; i++) {
			server.realtime().send(channel, "y".repeat(QUEUE / 3));
		}
	}

	private static void awaitClients(RealtimeServer server, int count) {
		await().untilAsserted(() -> assertThat(server.hub().clientCount()).isEqualTo(count));
	}

	private static void assertThatWasClosed(RawSocket socket) {
		List<Frame> frames = socket.drain();
		assertThat(frames).filteredOn((frame) -> frame.opcode() == RawSocket.CLOSE)
			.extracting(Frame::closeCode)
			// 1002 is Tomcat's, if there is room for it at the moment of an abort
			.isSubsetOf(4503, 4409, 1002);
	}

}
