package io.github.realtime.websocket;

import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

import io.github.realtime.testing.Patience;
import io.github.realtime.websocket.RawSocket.Frame;
import org.apache.coyote.http11.Http11Nio2Protocol;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TomcatConnection} on each of Tomcat's connectors, with and without
 * TLS.
 */
@ParameterizedClass
@EnumSource(TomcatConnectionTests.Connector.class)
class TomcatConnectionTests {

	private static final int THREADS = 4;

	/** More than the sockets of two sides take together. */
	private static final String HUGE = "\u20ac".repeat(1024 * 1024);

	@TempDir
	static Path directory;

	private static RealtimeServer server;

	private static @Nullable SSLSocketFactory tls;

	@Parameter
	Connector connector;

	@BeforeParameterizedClassInvocation
	static void start(Connector connector) throws Exception {
		server = RealtimeServer.on(Container.TOMCAT)
			.with(SmallSendBuffers.class, Application.class)
			.with("realtime.limits.message-size=8MB", "server.tomcat.threads.max=" + THREADS,
					"server.tomcat.threads.min-spare=" + THREADS);
		if (connector.nio2) {
			server.with(Nio2.class);
		}
		tls = null;
		if (connector.tls) {
			Path keyStore = directory.resolve(connector + ".p12");
			tls = createKey(keyStore);
			server.with("server.ssl.key-store=" + keyStore, "server.ssl.key-store-password=secret");
		}
		server.start();
	}

	private static SSLSocketFactory createKey(Path file) throws Exception {
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "key", "-keyalg", "EC", "-dname", "CN=localhost", "-storetype", "PKCS12",
				"-keystore", file.toString(), "-storepass", "secret")
			.inheritIO()
			.start();
		assertThat(keytool.waitFor()).isZero();
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(file)) {
			store.load(in, "secret".toCharArray());
		}
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("key", store.getCertificate("key"));
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, trust.getTrustManagers(), null);
		return context.getSocketFactory();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		server.close();
	}

	@AfterEach
	void awaitNobody() {
		await().untilAsserted(() -> assertThat(server.hub().clientCount()).isZero());
	}

	@Test
	void receiveWhenItComesWithTheHandshakeThenIsAnswered() {
		try (RawSocket socket = RawSocket.connect(server.port(), 0, tls)) {
			String command = "{\"type\":\"subscribe\",\"id\":1,\"channel\":\"early\"}";
			assertThat(socket.upgradeAndSend("/realtime", command).status()).isEqualTo(101);
			StringBuilder text = new StringBuilder(socket.readText());
			while (!text.toString().contains("\"subscribed\"")) {
				text.append(socket.readText());
			}
			assertThat(text).contains("\"welcome\"");
		}
	}

	@Test
	void receiveWhenManyFramesOfAllSizesThenEachIsAnswered() {
		try (RawSocket socket = subscribed("echo")) {
			for (int i = 2; i < 40; i++) {
				String padding = " ".repeat(i * i * 40 % 60_000);
				socket.sendText("{\"type\":\"subscribe\",\"id\":" + i + ",\"channel\":\"echo_" + i + "\"}" + padding);
				if (i % 5 == 0) {
					socket.sendFrame(RawSocket.PING, true, (byte) i);
				}
			}
			StringBuilder answers = new StringBuilder();
			int pongs = 0;
			while (!answers.toString().contains("\"echo_39\"") || pongs == 0) {
				Frame frame = socket.readFrame();
				if (frame.opcode() == RawSocket.TEXT) {
					answers.append(frame.text()).append('\n');
				}
				else {
					pongs++;
				}
			}
			for (int i = 2; i < 40; i++) {
				assertThat(answers).contains("\"echo_" + i + "\"");
			}
		}
	}

	@Test
	void sendWhenMessageIsLargeAndReadSlowlyThenAllOfItArrives() {
		try (RawSocket socket = subscribed("large")) {
			server.realtime().send("large", HUGE);
			StringBuilder text = new StringBuilder();
			Frame frame;
			do {
				frame = socket.readFrame();
				text.append(frame.text());
				socket.sendFrame(RawSocket.PING, true);
				LockSupport.parkNanos(5_000_000);
			}
			while (!frame.last() || frame.opcode() > RawSocket.TEXT);
			assertThat(text).contains(HUGE);
		}
	}

	@Test
	void sendWhenAllThreadsOfTheContainerAreBusyThenALargeMessageArrives() throws Exception {
		// The completion of an asynchronous write takes one of them
		assumeThat(this.connector.nio2).isFalse();
		Application application = server.context().getBean(Application.class);
		application.entered = new CountDownLatch(THREADS);
		application.released = new CountDownLatch(1);
		List<Thread> requests = new ArrayList<>();
		try (RawSocket socket = subscribed("busy")) {
			for (int i = 0; i < THREADS; i++) {
				Thread request = new Thread(() -> {
					try (RawSocket http = RawSocket.connect(server.port(), 0, tls)) {
						http.request("/busy");
					}
				});
				request.start();
				requests.add(request);
			}
			assertThat(application.entered.await(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS)).isTrue();
			server.realtime().send("busy", HUGE);
			// Until the write waits
			LockSupport.parkNanos(500_000_000);
			assertThat(socket.readText()).contains(HUGE);
		}
		finally {
			application.released.countDown();
			for (Thread request : requests) {
				request.join();
			}
		}
	}

	@Test
	void closeWhenTheClientDoesThenItIsAnsweredAndEnds() {
		try (RawSocket socket = subscribed("bye")) {
			socket.sendFrame(RawSocket.CLOSE, true, (byte) 3, (byte) 0xe8, (byte) 'x');
			List<Frame> frames = socket.drainSilently();
			assertThat(frames).hasSize(1);
			assertThat(frames.get(0).closeCode()).isEqualTo(1000);
		}
	}

	@Test
	void closeWhenTheServerDoesThenItEndsWithTheAnswer() {
		try (RawSocket socket = subscribed("bye")) {
			socket.sendFrame(2, true, (byte) 1);
			assertThat(socket.drain()).extracting(Frame::closeCode).containsExactly(4400);
		}
	}

	@Test
	void closeWhenTheClientDoesNotAnswerThenItIsCut() throws InterruptedException {
		try (RawSocket silent = subscribed("bye"); RawSocket talking = subscribed("bye")) {
			silent.sendFrame(2, true, (byte) 1);
			talking.sendFrame(2, true, (byte) 1);
			Thread talk = new Thread(() -> {
				try {
					while (true) {
						talking.sendFrame(RawSocket.PING, true);
						LockSupport.parkNanos(200_000_000);
					}
				}
				catch (UncheckedIOException ex) {
					// That is the end
				}
			});
			talk.start();
			assertThat(talking.drainSilently()).filteredOn((frame) -> frame.opcode() == RawSocket.CLOSE)
				.extracting(Frame::closeCode)
				.containsExactly(4400);
			assertThat(silent.drainSilently()).extracting(Frame::closeCode).containsExactly(4400);
			talk.join();
		}
	}

	private static RawSocket subscribed(String channel) {
		RawSocket socket = RawSocket.open(server.port(), 64 * 1024, tls);
		socket.sendText("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"" + channel + "\"}");
		assertThat(socket.readText()).contains("\"subscribed\"");
		return socket;
	}

	enum Connector {

		NIO(false, false), NIO_TLS(false, true), NIO2(true, false), NIO2_TLS(true, true);

		private final boolean nio2;

		private final boolean tls;

		Connector(boolean nio2, boolean tls) {
			this.nio2 = nio2;
			this.tls = tls;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Nio2 {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> nio2() {
			return (factory) -> factory.setProtocol(Http11Nio2Protocol.class.getName());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@RestController
	static class Application {

		private volatile CountDownLatch entered = new CountDownLatch(0);

		private volatile CountDownLatch released = new CountDownLatch(0);

		@GetMapping("/busy")
		String busy() throws InterruptedException {
			this.entered.countDown();
			this.released.await();
			return "";
		}

	}

}
