package io.github.realtime.websocket;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.realtime.session.SessionLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients come and go in every way; nobody has to read about it.
 */
@EachContainer
class QuietLogTests {

	private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	/** More than the sockets of two sides take together. */
	private static final int HUGE = 1024 * 1024;

	@RegisterExtension
	static final RealtimeServer server = server(RealtimeServer.HEARTBEAT);

	/** Soon finds out who is not there any more. */
	@RegisterExtension
	static final RealtimeServer impatient = server(Duration.ofMillis(500));

	private final Recorder recorder = new Recorder();

	private static RealtimeServer server(Duration heartbeat) {
		return new RealtimeServer().with(SmallSendBuffers.class)
			.with("realtime.limits.message-size=2MB")
			.with(new SessionLimits(heartbeat, 65_536, 100, 0, 0, 100, HUGE, Duration.ofSeconds(3), Duration.ZERO));
	}

	/**
	 * What a container logs once, at the first request, is not about clients.
	 */
	@BeforeParameterizedClassInvocation
	static void makeFirstRequests() {
		for (RealtimeServer each : List.of(server, impatient)) {
			each.client().close();
			awaitNobody(each);
		}
	}

	@BeforeEach
	void record() {
		this.recorder.start();
		ROOT.addAppender(this.recorder);
	}

	@AfterEach
	void assertThatNothingWasLogged() {
		try {
			for (int i = 0; i < 20; i++) {
				server.realtime().send("busy", "y".repeat(20_000));
			}
			awaitNobody(server);
			awaitNobody(impatient);
			try (RawClient after = server.client()) {
				after.sync();
			}
			awaitNobody(server);
		}
		finally {
			ROOT.detachAppender(this.recorder);
		}
		assertThat(this.recorder.events).extracting(Object::toString).isEmpty();
	}

	@Test
	void clientWhenItClosesThenNothingIsLogged() {
		try (RawClient client = server.client()) {
			client.subscribe("busy");
		}
	}

	@RepeatedTest(5)
	void clientWhenItResetsThenNothingIsLogged() {
		subscribed().reset();
	}

	@RepeatedTest(5)
	void clientWhenItEndsWithoutCloseFrameThenNothingIsLogged() {
		subscribed().close();
	}

	@RepeatedTest(5)
	void clientWhenItResetsWhileItIsWrittenToThenNothingIsLogged() {
		RawSocket socket = subscribed();
		server.realtime().send("busy", "x".repeat(HUGE));
		socket.readFrame();
		socket.reset();
	}

	@Test
	void clientWhenItEndsInTheMiddleOfAFrameThenNothingIsLogged() {
		RawSocket socket = subscribed();
		socket.sendBytes((byte) 0x81, (byte) 0xfe, (byte) 0x7f);
		socket.close();
		RawSocket reset = subscribed();
		reset.sendFrame(RawSocket.TEXT, false, "{".getBytes(StandardCharsets.US_ASCII));
		reset.reset();
	}

	@Test
	void clientWhenItSendsACloseFrameWithoutCodeAndGoesThenNothingIsLogged() {
		RawSocket socket = subscribed();
		socket.sendFrame(RawSocket.CLOSE, true);
		socket.close();
	}

	@Test
	void clientWhenHalfOpenThenNothingIsLogged() {
		try (RawSocket socket = RawSocket.open(impatient.port(), 4096)) {
			socket.drain();
		}
	}

	@Test
	void clientWhenItDoesNotReadThenNothingIsLogged() {
		try (RawSocket socket = subscribed()) {
			server.realtime().send("busy", "x".repeat(HUGE));
			awaitNobody(server);
			socket.drain();
		}
	}

	@Test
	void clientWhenItGoesDuringTheHandshakeThenNothingIsLogged() {
		for (int i = 0; i < 20; i++) {
			RawSocket socket = RawSocket.connect(server.port());
			socket
				.sendBytes(("GET /realtime HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
						+ "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			socket.reset();
		}
		server.client().close();
	}

	private static void awaitNobody(RealtimeServer server) {
		await().until(() -> server.hub().clientCount() == 0);
	}

	private static RawSocket subscribed() {
		RawSocket socket = RawSocket.open(server.port(), 4096);
		socket.sendText("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"busy\"}");
		assertThat(socket.readText()).contains("\"subscribed\"");
		return socket;
	}

	private static final class Recorder extends AppenderBase<ILoggingEvent> {

		private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

		@Override
		protected void append(ILoggingEvent event) {
			if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
				this.events.add(event);
			}
		}

	}

}
