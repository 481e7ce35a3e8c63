package io.github.realtime.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.github.realtime.Position;
import io.github.realtime.testing.Patience;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Every subscriber sees an unbroken run of a channel's offsets, whenever it comes and
 * however often it goes.
 */
@EachContainer
class StreamTests {

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with("realtime.history.size=20000",
			"realtime.history.bytes=10MB", "realtime.channels[0].pattern=brief*",
			"realtime.channels[0].history.size=50", "realtime.limits.commands-per-second=100000");

	private final long seed = System.nanoTime();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	@Test
	void sendWhenFourThreadsAndClientsThatComeAndGoThenEveryClientSeesAnUnbrokenRun() throws Exception {
		int total = 10_000;
		List<Future<?>> senders = send("stream", 4, total / 4, 20_000);
		List<Future<Tracker>> visitors = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			Random random = new Random(this.seed + i);
			visitors.add(this.threads.submit(() -> visit(new Tracker("stream"), random, senders, total)));
		}
		for (Future<Tracker> visitor : visitors) {
			Tracker tracker = visitor.get(Patience.PLENTY.toSeconds(), TimeUnit.SECONDS);
			assertThat(tracker.problem).as("seed " + this.seed).isNull();
			assertThat(tracker.last).isEqualTo(total);
		}
		for (Future<?> sender : senders) {
			sender.get();
		}
		assertThat(server.realtime().channel("stream").position().offset()).isEqualTo(total);
	}

	private Tracker visit(Tracker tracker, Random random, List<Future<?>> senders, int total) throws Exception {
		String token = null;
		while (!senders.stream().allMatch(Future::isDone)) {
			try (RawClient client = server.client(tracker.nextConnection())) {
				if (token != null && random.nextBoolean()) {
					assertThat(client.resume(token).get("type").stringValue()).isEqualTo("resumed");
				}
				else {
					token = client.welcome().get("resume").stringValue();
				}
				tracker.join(client);
				for (int i = random.nextInt(4); i > 0; i--) {
					LockSupport.parkNanos(random.nextInt(30_000_000));
					client.unsubscribe(tracker.channel);
					tracker.join(client);
				}
				LockSupport.parkNanos(random.nextInt(60_000_000));
				if (random.nextBoolean()) {
					client.abort();
				}
			}
		}
		try (RawClient client = server.client(tracker.nextConnection())) {
			tracker.join(client);
			await().atMost(Patience.PLENTY).until(() -> tracker.last >= total);
		}
		return tracker;
	}

	@Test
	void subscribeWhenAThousandTimesDuringAStreamThenNeverAGapADoubleOrASwap() throws Exception {
		String channel = "joined";
		int joins = 1_000;
		Random random = new Random(this.seed);
		List<Position> positions = new ArrayList<>(List.of(server.realtime().channel(channel).position()));
		// Some for every join, so that the client is not left behind
		Semaphore due = new Semaphore(0);
		Thread publisher = new Thread(() -> {
			for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
				due.acquireUninterruptibly();
				server.realtime().send(channel, i);
				LockSupport.parkNanos((i % 100 == 0) ? 1_000_000 : 20_000);
			}
		});
		publisher.start();
		int recovered = 0;
		try (RawClient client = server.client()) {
			for (int i = 0; i < joins; i++) {
				due.release(Math.max(0, 50 - due.availablePermits()));
				int seen = client.count();
				boolean since = random.nextInt(3) > 0;
				// One of the last, or one of a while ago
				int age = random.nextBoolean() ? random.nextInt(5) : random.nextInt(40);
				Position from = since ? positions.get(Math.max(0, positions.size() - 1 - age)) : null;
				JsonNode subscribed = client.command(RawClient.subscribeCommand(channel, from));
				if (from != null) {
					assertThat(subscribed.get("recovered").booleanValue()).isTrue();
					recovered++;
				}
				Position top = RawClient.position(subscribed);
				positions.add(top);
				if (random.nextBoolean()) {
					LockSupport.parkNanos(random.nextInt(1_000_000));
				}
				client.unsubscribe(channel);
				List<JsonNode> lines = client.lines(seen);
				assertThat(lines.get(0)).as("before any publication").isEqualTo(subscribed);
				long next = ((from != null) ? from : top).offset() + 1;
				for (JsonNode line : lines) {
					if (RawClient.message(channel).test(line)) {
						assertThat(line.get("offset").longValue()).as("join " + i + ", seed " + this.seed)
							.isEqualTo(next++);
					}
				}
			}
			assertThat(client.lines(RawClient.type("error"))).isEmpty();
		}
		finally {
			publisher.interrupt();
			due.release();
			publisher.join();
		}
		assertThat(recovered).isGreaterThan(joins / 2);
	}

	@Test
	void subscribeWhenSinceIsTooOldThenIsToldAndGoesOnFromTheReply() {
		for (int i = 0; i < 60; i++) {
			server.realtime().send("brief", i);
		}
		Position top = server.realtime().channel("brief").position();
		try (RawClient client = server.client()) {
			for (Position lost : List.of(new Position(top.epoch(), 9), new Position(top.epoch(), 61),
					new Position("other", 60))) {
				JsonNode subscribed = client.subscribe("brief", lost);
				assertThat(subscribed.get("recovered").booleanValue()).isFalse();
				assertThat(RawClient.position(subscribed)).isEqualTo(top);
				client.unsubscribe("brief");
			}
			assertThat(client.lines(RawClient.message("brief"))).isEmpty();
			assertThat(client.subscribe("brief", new Position(top.epoch(), 10)).get("recovered").booleanValue())
				.isTrue();
			server.realtime().send("brief", 60);
			assertThat(client.awaitMessages("brief", 51)).extracting((line) -> line.get("data").intValue())
				.first()
				.isEqualTo(10);
			assertThat(client.lines(RawClient.message("brief"))).hasSize(51);
		}
	}

	@Test
	void subscribeWhenNothingWasMissedThenRecoversWithNothing() {
		server.realtime().send("quiet", 1);
		try (RawClient client = server.client()) {
			Position position = client.subscribe("quiet");
			assertThat(position.offset()).isEqualTo(1);
			client.unsubscribe("quiet");
			JsonNode subscribed = client.subscribe("quiet", position);
			assertThat(subscribed.get("recovered").booleanValue()).isTrue();
			client.sync();
			assertThat(client.lines(RawClient.message("quiet"))).isEmpty();
		}
	}

	private List<Future<?>> send(String channel, int threadCount, int each, long pauseNanos) {
		List<Future<?>> senders = new ArrayList<>();
		for (int t = 0; t < threadCount; t++) {
			Callable<?> sender = () -> {
				for (int i = 0; i < each; i++) {
					server.realtime().send(channel, "message " + i);
					LockSupport.parkNanos(pauseNanos + ((i % 250 == 0) ? 50_000_000 : 0));
				}
				return null;
			};
			senders.add(this.threads.submit(sender));
		}
		return senders;
	}

	/**
	 * What one client knows of a channel over all its connections.
	 */
	private static final class Tracker {

		private final String channel;

		private volatile long last = -1;

		private volatile @Nullable String problem;

		private volatile @Nullable String epoch;

		private int connections;

		private Tracker(String channel) {
			this.channel = channel;
		}

		private synchronized @Nullable Position position() {
			return (this.epoch != null) ? new Position(this.epoch, this.last) : null;
		}

		/**
		 * Begins a connection. What still comes on earlier ones does not count any more.
		 */
		private synchronized Consumer<JsonNode> nextConnection() {
			int connection = ++this.connections;
			return (line) -> onLine(connection, line);
		}

		private void join(RawClient client) {
			Position since = position();
			JsonNode reply = client.command(RawClient.subscribeCommand(this.channel, since));
			if (since != null && !reply.path("recovered").asBoolean()) {
				this.problem = "not recovered: " + reply;
			}
		}

		private synchronized void onLine(int connection, JsonNode line) {
			if (connection != this.connections) {
				return;
			}
			if (RawClient.type("subscribed").test(line) && this.epoch == null) {
				this.epoch = line.get("epoch").stringValue();
				this.last = line.get("offset").longValue();
			}
			else if (RawClient.message(this.channel).test(line)) {
				long offset = line.get("offset").longValue();
				if (offset != this.last + 1 && this.problem == null) {
					this.problem = "after " + this.last + " came " + offset;
				}
				this.last = offset;
			}
			else if (line.path("code").asString().equals("resync")) {
				this.problem = "resync: " + line;
			}
		}

	}

}
