package io.github.realtime.testing;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TcpProxy}.
 */
@Tag("processes")
class TcpProxyTests {

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server();

	private final RedisServer server = redis.get();

	@AutoClose
	private final TcpProxy proxy = TcpProxy.to(this.server::port);

	@Test
	void connectionWhenDownThenIsResetAndNewOnesAreRefusedUntilUp() throws Exception {
		try (Client client = new Client()) {
			client.ping();
			this.proxy.down();
			assertThatExceptionOfType(SocketException.class).isThrownBy(client::ping).withMessageContaining("reset");
			assertThatExceptionOfType(ConnectException.class).isThrownBy(Client::new);
		}
		this.proxy.up();
		try (Client client = new Client()) {
			client.ping();
		}
		assertThat(this.proxy.accepted()).isEqualTo(2);
	}

	@Test
	void connectionWhenOthersAreRefusedThenStays() throws Exception {
		try (Client client = new Client()) {
			client.ping();
			this.proxy.refuse();
			assertThatExceptionOfType(ConnectException.class).isThrownBy(Client::new);
			client.ping();
		}
	}

	@Test
	void connectionWhenCutThenIsResetAndNewOnesAreTaken() throws Exception {
		try (Client client = new Client()) {
			client.ping();
			this.proxy.cut();
			assertThatExceptionOfType(SocketException.class).isThrownBy(client::ping);
		}
		try (Client client = new Client()) {
			client.ping();
		}
	}

	@Test
	void connectionWhenStalledThenHearsAfterResumeWhatWasHeldBack() throws Exception {
		try (Client client = new Client()) {
			client.ping();
			this.proxy.stall();
			client.send("SET", "stalled", "one");
			client.hearsNothing();
			try (Client later = new Client()) {
				later.send("SET", "stalled", "two");
				later.hearsNothing();
				assertThat(this.server.cli("GET", "stalled")).isNull();
				this.proxy.resume();
				assertThat(client.read(5)).isEqualTo("+OK\r\n");
				assertThat(later.read(5)).isEqualTo("+OK\r\n");
			}
		}
	}

	@Test
	void connectionWhenOneDirectionIsStalledThenTheOtherGoesOn() throws Exception {
		try (Client client = new Client()) {
			this.proxy.stall(Direction.TO_CLIENT);
			client.send("INCR", "oneWay");
			client.hearsNothing();
			await().untilAsserted(() -> assertThat(this.server.cli("GET", "oneWay")).isEqualTo("1"));
			this.proxy.resume();
			assertThat(client.read(4)).isEqualTo(":1\r\n");
		}
	}

	@Test
	void connectionWhenSilencedThenIsLeftOpenAndLaterOnesAreNotConcerned() throws Exception {
		try (Client client = new Client()) {
			client.ping();
			this.proxy.silence();
			client.send("SET", "silenced", "value");
			client.hearsNothing();
			try (Client later = new Client()) {
				later.ping();
			}
			assertThat(this.server.cli("GET", "silenced")).isNull();
			this.server.cli("CLIENT", "KILL", "TYPE", "normal");
			client.hearsNothing();
		}
	}

	@Test
	void connectionWhenSlowThenTakesItsTimeUntilResume() throws Exception {
		this.server.cli("SET", "long", "x".repeat(1000));
		try (Client client = new Client()) {
			this.proxy.slow(2000, Direction.TO_CLIENT);
			long begin = System.nanoTime();
			client.send("GET", "long");
			assertThat(client.read(1009)).endsWith("x\r\n");
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(300));
			this.proxy.slow(1, Direction.TO_CLIENT);
			client.send("GET", "long");
			client.read(2);
			this.proxy.resume();
			assertThat(client.read(1007)).endsWith("x\r\n");
		}
	}

	@Test
	void subscriberWhenMadeDeafThenTheOthersAreNotConcerned() throws Exception {
		this.proxy.whenSent("SUBSCRIBE", (link) -> link.silence(Direction.TO_CLIENT));
		try (Client publisher = new Client(); Client subscriber = new Client()) {
			subscriber.ping();
			subscriber.send("SUBSCRIBE", "news");
			await().untilAsserted(() -> assertThat(this.server.cli("PUBSUB", "NUMSUB", "news")).isEqualTo("news\n1"));
			publisher.send("PUBLISH", "news", "one");
			// Redis believes that it has a subscriber
			assertThat(publisher.read(4)).isEqualTo(":1\r\n");
			subscriber.hearsNothing();
			publisher.ping();
		}
	}

	@Test
	void linksThatSentWhenOneIsCutThenItAloneIsGone() throws Exception {
		try (Client publisher = new Client(); Client subscriber = new Client()) {
			publisher.ping();
			subscriber.send("SUBSCRIBE", "cut");
			subscriber.read(32);
			assertThat(this.proxy.links()).hasSize(2);
			this.proxy.linksThatSent("SUBSCRIBE").forEach(TcpLink::cut);
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> subscriber.read(1));
			publisher.ping();
			assertThat(this.proxy.links()).hasSize(1);
		}
	}

	@Test
	void connectionWhenTargetChangesThenGoesToTheNewOne() throws Exception {
		try (RedisServer other = RedisServer.start(); Client before = new Client()) {
			before.ping();
			this.proxy.target(other.port());
			try (Client after = new Client()) {
				after.send("SET", "target", "x");
				after.read(5);
				before.ping();
			}
			assertThat(other.cli("GET", "target")).isEqualTo("x");
		}
	}

	@Test
	void replyWhenServerEndsTheConnectionThenArrivesWholeAndThenTheEnd() throws Exception {
		this.server.cli("SET", "last", "x".repeat(1_000_000));
		try (Client client = new Client()) {
			client.send("GET", "last");
			client.send("QUIT");
			assertThat(client.read(1_000_000 + 12 + 5)).endsWith("+OK\r\n");
			assertThat(client.read(1)).isEmpty();
		}
	}

	/**
	 * A client that connects through the proxy.
	 */
	private final class Client implements AutoCloseable {

		private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), TcpProxyTests.this.proxy.port());

		Client() throws IOException {
		}

		void send(String... command) throws IOException {
			this.socket.getOutputStream()
				.write((String.join(" ", command) + "\r\n").getBytes(StandardCharsets.US_ASCII));
		}

		String read(int length) throws IOException {
			this.socket.setSoTimeout((int) Patience.ENOUGH.toMillis());
			return new String(this.socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
		}

		void ping() throws IOException {
			send("PING");
			assertThat(read(7)).isEqualTo("+PONG\r\n");
		}

		void hearsNothing() throws IOException {
			this.socket.setSoTimeout(200);
			assertThatExceptionOfType(SocketTimeoutException.class)
				.isThrownBy(() -> this.socket.getInputStream().read());
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

}
