package io.github.realtime.websocket;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import io.github.realtime.Position;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import io.github.realtime.testing.TcpProxy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What the clients of two applications see when the Redis that they share goes away.
 */
@Tag("processes")
class RedisOutageTests {

	private static final Duration PATIENCE = Duration.ofSeconds(40);

	@RegisterExtension
	final RedisExtension<RedisServer> redis = RedisExtension.server();

	private RealtimeServer application() {
		return application(this.redis.get().port());
	}

	private RealtimeServer application(int port) {
		return this.redis.open(
				new RealtimeServer()
					.with("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + port,
							"realtime.history.size=100000", "realtime.history.bytes=100MB")
					.start());
	}

	@Test
	void clientsWhenRedisIsRestartedWithItsDataMissNothing() {
		List<RealtimeServer> applications = List.of(application(), application());
		List<Follower> followers = IntStream.range(0, 6)
			.mapToObj((i) -> this.redis.open(new Follower(applications.get(i % 2).port(), "post_1")))
			.toList();
		await().atMost(PATIENCE).until(() -> followers.stream().allMatch((follower) -> follower.position != null));
		List<Sender> senders = applications.stream()
			.map((application) -> this.redis.open(new Sender(application)))
			.toList();
		senders.forEach(Sender::awaitSuccess);
		this.redis.get().kill();
		senders.forEach(Sender::awaitFailure);
		this.redis.get().restart();
		senders.forEach(Sender::awaitSuccess);
		senders.forEach(Sender::close);
		List<String> sent = senders.stream().flatMap((sender) -> sender.sent.stream()).toList();
		for (Follower follower : followers) {
			await().atMost(PATIENCE).until(() -> follower.texts.containsAll(sent));
			assertThat(follower.texts).doesNotHaveDuplicates();
			assertThat(follower.faults).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void clientsWhenRedisIsEmptiedAreToldAndGetWhatIsSentNext(boolean restarted) {
		List<RealtimeServer> applications = List.of(application(), application());
		List<RawClient> clients = applications.stream()
			.map((application) -> this.redis.open(application.client()))
			.toList();
		clients.forEach((client) -> List.of("busy", "quiet").forEach(client::subscribe));
		applications.get(0).realtime().send("busy", "before");
		applications.get(0).realtime().send("quiet", "before");
		Position position = applications.get(0).realtime().channel("quiet").position();
		clients.forEach((client) -> List.of("busy", "quiet").forEach(client::awaitData));
		if (restarted) {
			this.redis.get().restartEmpty();
		}
		else {
			this.redis.get().cli("FLUSHALL");
			applications.get(1).realtime().send("busy", "lost");
		}
		for (RawClient client : clients) {
			for (String channel : List.of("busy", "quiet")) {
				client.await("resync of " + channel, resync(channel));
				assertThat(client.subscribe(channel, position).get("recovered").booleanValue()).isFalse();
				assertThat(client.lines(RawClient.message(channel))).hasSize(1);
			}
		}
		applications.forEach((application) -> application.realtime().send("quiet", "after"));
		for (RawClient client : clients) {
			assertThat(client.awaitMessages("quiet", 3)).extracting((line) -> line.get("data").stringValue())
				.containsExactly("before", "after", "after");
		}
	}

	private static Predicate<JsonNode> resync(String channel) {
		return RawClient.type("unsubscribed")
			.and((line) -> line.path("channel").asString().equals(channel)
					&& line.path("code").asString().equals("resync"));
	}

	@Test
	void clientsWhenRedisIsDownAtTheStartAreServedOnceItIsThere() {
		TcpProxy proxy = this.redis.open(TcpProxy.to(this.redis.get().port()));
		proxy.down();
		assertThatClientsAreServed(application(proxy.port()), proxy::up);
	}

	@Test
	void clientsWhenRedisIsSilentAtTheStartAreServedOnceItAnswers() {
		TcpProxy proxy = this.redis.open(TcpProxy.to(this.redis.get().port()));
		proxy.stall();
		assertThatClientsAreServed(application(proxy.port()), proxy::resume);
	}

	private void assertThatClientsAreServed(RealtimeServer application, Runnable redisIsThere) {
		RawClient client = this.redis.open(application.client());
		JsonNode refused = client.command(RawClient.subscribeCommand("post_1", null));
		assertThat(refused.path("code").asString()).isEqualTo("unavailable");
		assertThatExceptionOfType(RealtimeUnavailableException.class)
			.isThrownBy(() -> application.realtime().send("post_1", "too early"));
		Follower patient = this.redis.open(new Follower(application.port(), "post_1"));
		redisIsThere.run();
		await().atMost(PATIENCE).until(() -> patient.position != null);
		client.subscribe("post_1");
		application.realtime().send("post_1", "hello");
		assertThat(client.awaitData("post_1").stringValue()).isEqualTo("hello");
		await().atMost(PATIENCE).until(() -> patient.texts.equals(List.of("hello")));
	}

	/**
	 * Sends all the time.
	 */
	private static final class Sender extends Thread implements AutoCloseable {

		private final RealtimeServer application;

		private final List<String> sent = new CopyOnWriteArrayList<>();

		private final AtomicBoolean failed = new AtomicBoolean();

		private volatile boolean ended;

		private Sender(RealtimeServer application) {
			this.application = application;
			setDaemon(true);
			start();
		}

		@Override
		public void run() {
			for (int i = 0; !this.ended; i++) {
				String text = this.application.port() + "/" + i;
				try {
					this.application.realtime().send("post_1", text);
					this.sent.add(text);
				}
				catch (RealtimeUnavailableException ex) {
					this.failed.set(true);
				}
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
			}
		}

		void awaitSuccess() {
			int before = this.sent.size();
			// One may have been on its way
			await().atMost(PATIENCE).until(() -> this.sent.size() > before + 1);
		}

		void awaitFailure() {
			await().atMost(PATIENCE).untilTrue(this.failed);
		}

		@Override
		public void close() {
			this.ended = true;
			try {
				join();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}

	}

	/**
	 * A client that does what PROTOCOL.md says, and minds whether the server does.
	 */
	private static final class Follower implements AutoCloseable {

		private final String channel;

		private final List<String> texts = new CopyOnWriteArrayList<>();

		private final List<String> faults = new CopyOnWriteArrayList<>();

		private final RawClient client;

		private volatile Position position;

		private Follower(int port, String channel) {
			this.channel = channel;
			this.client = RawClient.connect(port, this::receive);
			subscribe();
		}

		private void subscribe() {
			this.client.sendAsync(RawClient.subscribeCommand(this.channel, this.position)
				.replace("%d", Long.toString(this.client.nextId())));
		}

		private void receive(JsonNode line) {
			switch (line.get("type").stringValue()) {
				case "subscribed" -> subscribed(line);
				case "message" -> message(line);
				case "unsubscribed" -> subscribe();
				case "error" -> CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(this::subscribe);
				default -> {
				}
			}
		}

		private void subscribed(JsonNode line) {
			if (!line.path("recovered").asBoolean(true)) {
				this.faults.add(line.toString());
			}
			if (this.position == null) {
				this.position = RawClient.position(line);
			}
		}

		private void message(JsonNode line) {
			if (line.get("offset").longValue() != this.position.offset() + 1) {
				this.faults.add("after " + this.position + " came " + line);
			}
			this.position = new Position(this.position.epoch(), line.get("offset").longValue());
			this.texts.add(line.get("data").stringValue());
		}

		@Override
		public void close() {
			this.client.close();
		}

	}

}
