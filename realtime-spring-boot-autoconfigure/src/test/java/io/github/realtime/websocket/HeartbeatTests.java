package io.github.realtime.websocket;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.github.realtime.websocket.RawSocket.Frame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Who is heard of stays, who is not goes.
 */
@EachContainer
class HeartbeatTests {

	/** So long that a busy machine gets an answer to and fro meanwhile. */
	private static final Duration HEARTBEAT = Duration.ofSeconds(1);

	private static final String PONG = "{\"type\":\"pong\"}";

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with("realtime.heartbeat=" + HEARTBEAT.toMillis() + "ms");

	private Thread publisher;

	@BeforeEach
	void keepTheChannelBusy() {
		this.publisher = new Thread(() -> {
			while (!Thread.currentThread().isInterrupted()) {
				server.realtime().send("busy", "message");
				LockSupport.parkNanos(2_000_000);
			}
		});
		this.publisher.start();
	}

	@AfterEach
	void stopPublishing() throws InterruptedException {
		this.publisher.interrupt();
		this.publisher.join();
	}

	@Test
	void subscriberWhenItSendsNothingButPongThenStays() {
		RawClient[] self = new RawClient[1];
		try (RawClient client = server.client((line) -> {
			if (RawClient.type("ping").test(line)) {
				self[0].sendAsync(PONG);
			}
		})) {
			self[0] = client;
			assertThat(client.welcome().get("heartbeat").intValue()).isEqualTo(1_000);
			client.subscribe("busy");
			// One that is silent is asked once
			client.awaitAll(3, "ping", RawClient.type("ping"));
			client.sync();
			assertThat(client.isClosed()).isFalse();
		}
	}

	@Test
	void subscriberWhenItOnlyReadsThenIsPingedOnceAndClosedWith4408() {
		try (RawClient client = server.client()) {
			long begin = System.nanoTime();
			client.subscribe("busy");
			assertThat(client.awaitCloseCode()).isEqualTo(4408);
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(HEARTBEAT.multipliedBy(2));
			assertThat(client.lines(RawClient.type("ping"))).hasSize(1);
			assertThat(client.lines(RawClient.message("busy"))).hasSizeGreaterThan(20);
		}
	}

	@Test
	void subscriberWhenHalfOpenThenIsClosedAndForgotten() {
		try (RawSocket socket = RawSocket.open(server.port(), 0)) {
			socket.sendText("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"busy\"}");
			await().until(() -> server.hub().clientCount() == 1);
			await().until(() -> server.hub().clientCount() == 0);
			await().until(() -> server.hub().channelCount() == 0);
			// It never answers the close frame, and is cut all the same
			List<Frame> frames = socket.drainSilently();
			assertThat(frames.get(frames.size() - 1).closeCode()).isEqualTo(4408);
		}
	}

	@Test
	void clientWhenItSendsWebSocketPingsOrPongsOnlyThenIsClosed() {
		try (RawSocket socket = RawSocket.open(server.port(), 0)) {
			for (int i = 0; i < 5; i++) {
				socket.sendFrame(RawSocket.PING, true);
				assertThat(socket.readFrame().opcode()).isEqualTo(10);
			}
			assertThat(socket.readText()).isEqualTo("{\"type\":\"ping\"}");
			assertThat(socket.readFrame().closeCode()).isEqualTo(4408);
		}
	}

}
