package io.github.realtime.session;

import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.core.BrokerRealtimeTemplate;
import io.github.realtime.protocol.CloseCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many publishers, and clients that come, go, resume and read slowly at random, with a
 * broker that answers late: no client ever sees a gap, a double or a swap that it was not
 * told of.
 */
class RandomisedDeliveryTests {

	private static final List<String> CHANNELS = List.of("score", "high_score", "/note/42");

	private static final JsonMapper MAPPER = new JsonMapper();

	private final long seed = new Random().nextLong();

	private @Nullable TestBroker broker;

	private @Nullable Hub hub;

	@AfterEach
	void stop() {
		if (this.hub != null) {
			this.hub.stop();
		}
		if (this.broker != null) {
			this.broker.close();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 5, 40, 2000 })
	void deliverWhenEverythingHappensAtRandomThenNothingIsSilentlyLost(int historySize) throws InterruptedException {
		System.out.println("history " + historySize + ", seed " + this.seed);
		TestBroker broker = new TestBroker(new HistoryPolicy(historySize, 1_000_000, Duration.ofMinutes(5)), this.seed);
		this.broker = broker;
		SessionLimits limits = new SessionLimits(Duration.ofSeconds(25), 65_536, 100, 0, 0, 1_000_000, 20_000,
				Duration.ofSeconds(10), Duration.ZERO);
		Hub hub = new Hub(broker, limits, (event) -> {
		});
		this.hub = hub;
		hub.start();
		CommandDispatcher dispatcher = new CommandDispatcher(hub, List.of(
				new SubscribeHandler(hub, ChannelAccess.subscribeOnly(), PlainKeys.create(), PlainKeys.presence()),
				new UnsubscribeHandler(hub)));
		RealtimeTemplate template = new BrokerRealtimeTemplate(broker, MAPPER, 1_000_000, (event) -> {
		});
		List<Thread> publishers = new ArrayList<>();
		Map<String, AtomicInteger> sent = new ConcurrentHashMap<>();
		for (int p = 0; p < 3; p++) {
			Random random = new Random(this.seed + p);
			publishers.add(new Thread(() -> {
				for (int i = 0; i < 1500; i++) {
					String channel = CHANNELS.get(random.nextInt(CHANNELS.size()));
					template.send(channel, channel + "x".repeat(random.nextInt(300)));
					sent.computeIfAbsent(channel, (name) -> new AtomicInteger()).incrementAndGet();
					LockSupport.parkNanos(random.nextInt(300_000));
				}
			}));
		}
		List<Player> players = new ArrayList<>();
		List<Thread> playing = new ArrayList<>();
		for (int c = 0; c < 12; c++) {
			Player player = new Player(hub, dispatcher, new Random(this.seed + 100 + c));
			players.add(player);
			playing.add(new Thread(() -> player.play(publishers)));
		}
		publishers.forEach(Thread::start);
		playing.forEach(Thread::start);
		for (Thread thread : playing) {
			thread.join();
		}
		sent.forEach((channel, count) -> {
			for (Player player : players) {
				await(channel).untilAsserted(() -> {
					player.subscribeIfNot(channel);
					assertThat(player.offset(channel)).isEqualTo(count.get());
				});
			}
		});
		assertThat(players).allSatisfy((player) -> assertThat(player.faults()).isEmpty());
		assertThat(players.stream().mapToInt(Player::recoveries).sum())
			.describedAs("with history, some come back and miss nothing")
			.matches((recoveries) -> historySize < 40 || recoveries > 0);
		players.forEach(Player::leave);
		await().untilAsserted(() -> assertThat(hub.channelCount()).isZero());
		assertThat(hub.clientCount()).isZero();
	}

	/**
	 * A client that checks what it gets as PROTOCOL.md says.
	 */
	private static final class Player {

		private final Hub hub;

		private final CommandDispatcher dispatcher;

		private final Random random;

		private final List<String> faults = new ArrayList<>();

		private final Map<String, Seen> seen = new HashMap<>();

		private @Nullable Client client;

		private int id;

		private int recoveries;

		private volatile boolean slow;

		Player(Hub hub, CommandDispatcher dispatcher, Random random) {
			this.hub = hub;
			this.dispatcher = dispatcher;
			this.random = random;
			connect();
		}

		void play(List<Thread> publishers) {
			while (publishers.stream().anyMatch((thread) -> thread.getState() != Thread.State.TERMINATED)) {
				String channel = CHANNELS.get(this.random.nextInt(CHANNELS.size()));
				switch (this.random.nextInt(12)) {
					case 0 -> {
						leave();
						connect();
					}
					case 1 -> this.slow = !this.slow;
					case 2, 3 -> unsubscribe(channel);
					default -> subscribeIfNot(channel);
				}
				LockSupport.parkNanos(this.random.nextInt(5_000_000));
			}
			this.slow = false;
		}

		synchronized void connect() {
			Socket socket = new Socket();
			this.client = this.hub.open(socket);
			socket.open = true;
			this.seen.values().forEach((seen) -> seen.state = State.OUT);
		}

		synchronized void leave() {
			Client client = this.client;
			this.client = null;
			this.seen.values().forEach((seen) -> seen.state = State.OUT);
			if (client != null) {
				this.hub.closed(client);
			}
		}

		synchronized void subscribeIfNot(String channel) {
			if (this.client == null) {
				connect();
			}
			Seen seen = this.seen.computeIfAbsent(channel, (name) -> new Seen());
			if (seen.state == State.OUT) {
				seen.state = State.ASKED;
				seen.asked = ++this.id;
				String since = (seen.epoch != null)
						? ",\"since\":{\"epoch\":\"" + seen.epoch + "\",\"offset\":" + seen.offset + "}" : "";
				send("{\"type\":\"subscribe\",\"id\":" + seen.asked + ",\"channel\":\"" + channel + "\"" + since + "}");
			}
		}

		synchronized void unsubscribe(String channel) {
			Seen seen = this.seen.get(channel);
			if (seen != null && seen.state == State.IN) {
				seen.state = State.OUT;
				send("{\"type\":\"unsubscribe\",\"id\":" + (++this.id) + ",\"channel\":\"" + channel + "\"}");
			}
		}

		private void send(String command) {
			if (this.client != null) {
				this.dispatcher.receive(this.client, command);
			}
		}

		synchronized void receive(Socket socket, JsonNode frame) {
			if (this.client == null || socket != this.client.connection()) {
				return;
			}
			Seen seen = this.seen.get(frame.path("channel").stringValue(""));
			switch (frame.path("type").stringValue()) {
				case "subscribed" -> subscribed(seen, frame);
				case "message" -> message(seen, frame);
				case "unsubscribed" -> {
					if (frame.has("code") && seen.state == State.IN) {
						seen.state = State.OUT;
					}
				}
				case "error" -> {
					// A resync may have overtaken the unsubscribe
					if (!frame.path("code").stringValue().equals("not-subscribed")) {
						this.faults.add(frame.toString());
					}
				}
				default -> {
				}
			}
		}

		private void subscribed(Seen seen, JsonNode frame) {
			if (seen.asked != frame.path("id").longValue()) {
				return;
			}
			boolean recovered = frame.path("recovered").booleanValue(false);
			if (recovered && !frame.path("epoch").stringValue().equals(seen.epoch)) {
				this.faults.add("recovered in another epoch: " + frame);
			}
			if (!recovered) {
				seen.epoch = frame.path("epoch").stringValue();
				seen.offset = frame.path("offset").longValue();
			}
			else {
				this.recoveries++;
			}
			seen.state = State.IN;
		}

		private void message(Seen seen, JsonNode frame) {
			String channel = frame.path("channel").stringValue();
			String text = frame.path("data").stringValue();
			if (!text.replace("x", "").equals(channel)) {
				this.faults.add(text + " on " + channel);
			}
			if (seen.state == State.OUT) {
				return;
			}
			if (seen.state == State.ASKED) {
				// The tail of an earlier subscription, before the reply to this one
				return;
			}
			if (frame.path("offset").longValue() != seen.offset + 1) {
				this.faults.add("after " + seen.offset + " came " + frame.path("offset") + " on " + channel);
			}
			seen.offset = frame.path("offset").longValue();
		}

		synchronized void dropped(Socket socket) {
			if (this.client != null && this.client.connection() == socket) {
				leave();
			}
		}

		synchronized long offset(String channel) {
			Seen seen = this.seen.get(channel);
			return (seen != null && seen.state == State.IN) ? seen.offset : -1;
		}

		synchronized List<String> faults() {
			return List.copyOf(this.faults);
		}

		synchronized int recoveries() {
			return this.recoveries;
		}

		private enum State {

			OUT, ASKED, IN

		}

		private static final class Seen {

			private State state = State.OUT;

			private long asked;

			private @Nullable String epoch;

			private long offset;

		}

		private final class Socket implements ClientConnection {

			private final StringBuilder part = new StringBuilder();

			private volatile boolean open;

			@Override
			public void write(String text, boolean last) {
				while (Player.this.slow && Player.this.random.nextInt(3) > 0) {
					LockSupport.parkNanos(1_000_000);
				}
				this.part.append(text);
				if (last) {
					String frame = this.part.toString();
					this.part.setLength(0);
					frame.lines().forEach((line) -> receive(this, MAPPER.readTree(line)));
				}
			}

			@Override
			public void close(CloseCode code, String reason) {
				dropped(this);
			}

			@Override
			public void abort() {
				dropped(this);
			}

			@Override
			public @Nullable Principal principal() {
				return null;
			}

			@Override
			public Map<String, Object> attributes() {
				return Map.of();
			}

		}

	}

}
