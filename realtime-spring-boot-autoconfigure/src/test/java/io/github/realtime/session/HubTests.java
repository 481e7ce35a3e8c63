package io.github.realtime.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.realtime.ChannelSubscribedEvent;
import io.github.realtime.ChannelUnsubscribedEvent;
import io.github.realtime.ClientConnectedEvent;
import io.github.realtime.ClientDisconnectedEvent;
import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.SendOptions;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.BrokerListener;
import io.github.realtime.broker.DelegatingBroker;
import io.github.realtime.broker.History;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.core.BrokerRealtimeTemplate;
import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.Line;
import io.github.realtime.security.ApplicationAccess;
import io.github.realtime.security.ClientSecurity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Hub}, its clients and their subscriptions.
 */
class HubTests {

	/** Longer than any test takes. */
	private static final Duration LONG = Duration.ofMinutes(5);

	private final Collection<Object> events = new ConcurrentLinkedQueue<>();

	private Consumer<Object> listener = (event) -> {
	};

	private final MemoryBroker memory = new MemoryBroker(
			(channel) -> new HistoryPolicy(channel.startsWith("cursor_") ? 0 : 100, 10_000_000, Duration.ofMinutes(5)));

	private LongSupplier nanoTime = System::nanoTime;

	private @Nullable Hub hub;

	private @Nullable CommandDispatcher dispatcher;

	@AfterEach
	void stop() {
		if (this.hub != null) {
			this.hub.stop();
		}
		this.memory.close();
	}

	@Test
	void publishWhenOneReaderIsStuckThenTheOthersGetEverythingAndItIsClosed() {
		start(this.memory, limits(LONG, 0, 100_000, LONG));
		FakeConnection stuck = new FakeConnection();
		stuck.stopReading();
		subscribe(stuck, "post_42");
		List<FakeConnection> others = IntStream.range(0, 50).mapToObj((i) -> new FakeConnection()).toList();
		others.forEach((connection) -> subscribe(connection, "post_42"));
		String text = "x".repeat(1000);
		for (int i = 0; i < 500; i++) {
			template().send("post_42", i + text);
			if (i % 50 == 49) {
				int offset = i + 1;
				others.forEach((connection) -> connection.await("message",
						(frame) -> frame.path("offset").intValue() == offset));
			}
		}
		assertThat(others).allSatisfy((connection) -> assertThat(connection.received("message")).hasSize(500));
		await().until(stuck::isAborted);
		assertThat(this.hub.clientCount()).isEqualTo(50);
	}

	@Test
	void publishWhenReaderFallsBehindThenItGetsTheRestFromTheHistory() {
		stopClock();
		start(this.memory, limits(LONG, 0, 10_000, LONG));
		FakeConnection slow = new FakeConnection();
		subscribe(slow, "post_42");
		slow.await("subscribed");
		slow.stopReading();
		for (int i = 0; i < 100; i++) {
			template().send("post_42", "x".repeat(1000));
		}
		slow.resumeReading();
		slow.await("message", (frame) -> frame.path("offset").intValue() == 100);
		assertThat(offsets(slow)).containsExactlyElementsOf(IntStream.rangeClosed(1, 100).boxed().toList());
		assertThat(slow.closeCode()).isNull();
	}

	@Test
	void publishWhenReaderIsStuckAndItsQueueFullThenItIsClosed() {
		AtomicLong clock = stopClock();
		start(this.memory, limits(LONG, 0, 10_000, LONG));
		FakeConnection stuck = new FakeConnection();
		subscribe(stuck, "post_42");
		stuck.await("subscribed");
		stuck.stopReading();
		template().send("post_42", "in flight");
		await().until(stuck::isBlocked);
		clock.addAndGet(Duration.ofSeconds(1).toNanos());
		for (int i = 0; i < 20; i++) {
			template().send("post_42", "x".repeat(1000));
		}
		stuck.resumeReading();
		await().untilAsserted(() -> assertThat(stuck.closeCode()).isEqualTo(CloseCode.OUTBOUND_QUEUE_FULL));
		await().untilAsserted(() -> assertThat(this.hub.channelCount()).isZero());
	}

	@Test
	void tickWhenAReaderThatFellBehindDoesNotReadThenItIsClosedLongBeforeItsWriteTimesOut() {
		AtomicLong clock = stopClock();
		start(this.memory, limits(LONG, 0, 10_000, LONG));
		FakeConnection stuck = new FakeConnection();
		Client client = subscribe(stuck, "post_42");
		stuck.await("subscribed");
		stuck.stopReading();
		template().send("post_42", "in flight");
		await().until(stuck::isBlocked);
		for (int i = 0; i < 20; i++) {
			template().send("post_42", "x".repeat(1000));
		}
		assertThat(client.isGone()).isFalse();
		client.tick(clock.addAndGet(Duration.ofSeconds(1).toNanos()));
		await().until(client::isGone);
		client.tick(clock.addAndGet(Duration.ofSeconds(2).toNanos()));
		assertThat(stuck.isAborted()).isTrue();
	}

	@Test
	void tickWhenTheOnlyClientsWriteIsStuckThenItIsAborted() {
		start(this.memory, limits(LONG, 0, 1_000_000, Duration.ofMillis(300)));
		FakeConnection stuck = new FakeConnection();
		stuck.stopReading();
		open(stuck);
		await().until(stuck::isAborted);
		assertThat(this.hub.clientCount()).isZero();
	}

	@Test
	void tickWhenClientsCameTogetherThenTheyAreNotAskedTogether() {
		AtomicLong clock = stopClock();
		Duration heartbeat = Duration.ofMinutes(4);
		start(this.memory, limits(heartbeat, 0, 1_000_000, LONG));
		List<FakeConnection> connections = IntStream.range(0, 100).mapToObj((i) -> new FakeConnection()).toList();
		List<Client> clients = connections.stream().map(this::open).toList();
		long begin = clock.get();
		clients.forEach((client) -> client.tick(begin + Duration.ofMinutes(3).toNanos() - 1));
		connections.forEach((connection) -> connection.await("welcome"));
		assertThat(connections).allSatisfy((connection) -> assertThat(connection.received("ping")).isEmpty());
		clients.forEach((client) -> client.tick(begin + Duration.ofSeconds(210).toNanos()));
		await().untilAsserted(() -> assertThat(asked(connections)).isBetween(1L, 99L));
		clients.forEach((client) -> client.tick(begin + heartbeat.toNanos()));
		connections.forEach((connection) -> connection.await("ping"));
	}

	private static long asked(List<FakeConnection> connections) {
		return connections.stream().filter((connection) -> !connection.received("ping").isEmpty()).count();
	}

	@Test
	void roundsWhenThereAreManyThenEachIsLookedAfterInItsTurn() {
		AtomicLong clock = stopClock();
		Duration heartbeat = Duration.ofMinutes(4);
		start(this.memory, limits(heartbeat, 0, 1_000_000, LONG));
		List<FakeConnection> connections = IntStream.range(0, 95).mapToObj((i) -> new FakeConnection()).toList();
		StaggeredChecks rounds = new StaggeredChecks(connections.stream().map(this::open).toList());
		long late = clock.get() + heartbeat.toNanos();
		rounds.checkNext(late);
		connections.subList(0, 10).forEach((connection) -> connection.await("ping"));
		assertThat(asked(connections)).isEqualTo(10);
		for (int i = 1; i < StaggeredChecks.PARTS; i++) {
			rounds.checkNext(late);
		}
		connections.forEach((connection) -> connection.await("ping"));
	}

	@Test
	void tickWhenItComesLateThenAsksBeforeItCloses() {
		Duration heartbeat = Duration.ofMinutes(1);
		start(this.memory, limits(heartbeat, 0, 1_000_000, LONG));
		FakeConnection connection = new FakeConnection();
		Client client = open(connection);
		long late = System.nanoTime() + heartbeat.multipliedBy(3).toNanos();
		client.tick(late);
		connection.await("ping");
		client.tick(late + heartbeat.toNanos() - 1);
		assertThat(client.isGone()).isFalse();
		client.tick(late + heartbeat.toNanos());
		await().untilAsserted(() -> assertThat(connection.closeCode()).isEqualTo(CloseCode.NO_HEARTBEAT));
		assertThat(connection.received("ping")).hasSize(1);
	}

	@Test
	void subscribeWhenFarBehindThenReplayIsReadAsTheQueueDrains() {
		start(this.memory, limits(LONG, 0, 100_000, LONG));
		Position start = template().channel("post_42").position();
		template().send("post_42", "first");
		Position since = template().channel("post_42").position();
		for (int i = 0; i < 99; i++) {
			template().send("post_42", "x".repeat(20_000));
		}
		FakeConnection connection = new FakeConnection();
		Client client = open(connection);
		connection.await("welcome");
		connection.stopReading();
		command(client, subscribeCommand("post_42", since));
		template().send("post_42", "live");
		connection.resumeReading();
		connection.await("message", (frame) -> frame.path("data").stringValue().equals("live"));
		assertThat(start.offset()).isZero();
		assertThat(connection.received("subscribed").get(0).path("recovered").booleanValue()).isTrue();
		assertThat(offsets(connection)).containsExactlyElementsOf(IntStream.rangeClosed(2, 101).boxed().toList());
		assertThat(connection.closeCode()).isNull();
	}

	@Test
	void subscribeWhenHistoryRunsAwayDuringReplayThenClientIsToldToResync() {
		start(this.memory, limits(LONG, 0, 100_000, LONG));
		template().send("post_42", "first");
		Position since = template().channel("post_42").position();
		for (int i = 0; i < 99; i++) {
			template().send("post_42", "x".repeat(20_000));
		}
		FakeConnection connection = new FakeConnection();
		Client client = open(connection);
		connection.await("welcome");
		connection.stopReading();
		command(client, subscribeCommand("post_42", since));
		for (int i = 0; i < 100; i++) {
			template().send("post_42", "newer");
		}
		connection.resumeReading();
		connection.await("unsubscribed", (frame) -> frame.path("code").stringValue("").equals("resync"));
		List<Integer> offsets = offsets(connection);
		assertThat(offsets).containsExactlyElementsOf(IntStream.range(2, 2 + offsets.size()).boxed().toList());
		assertThat(client.channels()).isEmpty();
		assertThat(this.hub.channelCount()).isZero();
	}

	@Test
	void subscribeWhenChannelHasNoHistoryThenRecoversOnlyAtTheTop() {
		start(this.memory, limits());
		template().send("cursor_1", 1);
		Position top = template().channel("cursor_1").position();
		assertThat(recovered("cursor_1", top)).isTrue();
		assertThat(recovered("cursor_1", new Position(top.epoch(), 0))).isFalse();
		assertThat(recovered("cursor_1", new Position(top.epoch(), 2))).isFalse();
		assertThat(recovered("cursor_1", new Position("other", 1))).isFalse();
	}

	@Test
	void onPublicationWhenAnOffsetIsMissingThenClientIsToldToResync() {
		ScriptedBroker broker = new ScriptedBroker();
		start(broker, limits());
		FakeConnection connection = new FakeConnection();
		subscribe(connection, "post_42");
		broker.history.complete(new History(new Position("e", 5), true, List.of()));
		connection.await("subscribed");
		broker.dispatch("e", 6);
		broker.dispatch("e", 8);
		broker.dispatch("e", 9);
		connection.await("unsubscribed", (frame) -> frame.path("code").stringValue().equals("resync"));
		assertThat(offsets(connection)).containsExactly(6);
		assertThat(this.hub.channelCount()).isZero();
	}

	@Test
	void onPublicationWhenTheEpochChangesThenClientIsToldToResync() {
		ScriptedBroker broker = new ScriptedBroker();
		start(broker, limits());
		FakeConnection connection = new FakeConnection();
		subscribe(connection, "post_42");
		broker.history.complete(new History(new Position("e", 5), true, List.of()));
		connection.await("subscribed");
		broker.dispatch("other", 6);
		connection.await("unsubscribed");
		assertThat(offsets(connection)).isEmpty();
	}

	@Test
	void subscribeWhenPublicationsArriveBeforeTheHistoryThenTheyFitTogether() {
		ScriptedBroker broker = new ScriptedBroker();
		start(broker, limits());
		FakeConnection connection = new FakeConnection();
		subscribe(connection, "post_42");
		broker.dispatch("e", 4);
		broker.dispatch("e", 5);
		broker.dispatch("e", 6);
		broker.history.complete(new History(new Position("e", 5), true, List.of()));
		broker.dispatch("e", 7);
		connection.await("message", (frame) -> frame.path("offset").intValue() == 7);
		assertThat(connection.lines().get(1)).contains("subscribed").contains("\"offset\":5");
		assertThat(offsets(connection)).containsExactly(6, 7);
	}

	@Test
	void subscribeWhenBrokerFailsThenClientIsToldAndMayTryAgain() {
		ScriptedBroker broker = new ScriptedBroker();
		start(broker, limits());
		FakeConnection connection = new FakeConnection();
		Client client = subscribe(connection, "post_42");
		broker.history.completeExceptionally(new IllegalStateException("secret"));
		assertThat(connection.await("error").path("code").stringValue()).isEqualTo("unavailable");
		assertThat(connection.lines()).noneMatch((line) -> line.contains("secret"));
		assertThat(this.hub.channelCount()).isZero();
		broker.history = CompletableFuture.completedFuture(new History(new Position("e", 5), true, List.of()));
		command(client, subscribeCommand("post_42", null));
		connection.await("subscribed");
	}

	@Test
	void commandsOnOneChannelWhenTheFirstIsUnderWayThenTheyKeepTheirOrder() {
		ScriptedBroker broker = new ScriptedBroker();
		start(broker, limits());
		FakeConnection connection = new FakeConnection();
		Client client = open(connection);
		command(client,
				"{\"type\":\"subscribe\",\"id\":1,\"channel\":\"a\"}\n"
						+ "{\"type\":\"unsubscribe\",\"id\":2,\"channel\":\"a\"}\n"
						+ "{\"type\":\"subscribe\",\"id\":3,\"channel\":\"a\"}\n"
						+ "{\"type\":\"subscribe\",\"id\":4,\"channel\":\"a\"}");
		broker.history.complete(new History(new Position("e", 5), true, List.of()));
		connection.await("error");
		assertThat(connection.lines().stream().skip(1)).extracting((line) -> new JsonMapper().readTree(line))
			.extracting((frame) -> frame.path("type").stringValue() + frame.path("id"))
			.containsExactly("subscribed1", "unsubscribed2", "subscribed3", "error4");
	}

	@Test
	void closedWhenSubscribeIsUnderWayThenNothingIsLeftOver() {
		ScriptedBroker broker = new ScriptedBroker();
		start(broker, limits());
		FakeConnection connection = new FakeConnection();
		Client client = subscribe(connection, "post_42");
		this.hub.closed(client);
		broker.history.complete(new History(new Position("e", 5), true, List.of()));
		assertThat(this.hub.channelCount()).isZero();
		assertThat(client.channels()).isEmpty();
		assertThat(this.events).noneMatch(ChannelSubscribedEvent.class::isInstance);
	}

	@Test
	void commandBurstWhenChannelsAreAllButUnlimitedThenIsNotNegative() {
		SessionLimits limits = new SessionLimits(Duration.ofSeconds(25), 65_536, Integer.MAX_VALUE, 0, 0, 100, 100_000,
				Duration.ofSeconds(10), Duration.ZERO);
		assertThat(limits.commandBurst()).isEqualTo(Integer.MAX_VALUE);
	}

	@Test
	void pongWhenTooManyThenRefusedWithoutAnId() {
		stopClock();
		start(this.memory, limits());
		FakeConnection connection = new FakeConnection();
		command(open(connection), "{\"type\":\"pong\"}\n".repeat(300));
		assertThat(connection.await("error").has("id")).isFalse();
	}

	@Test
	void sendWhenThereAreManySubscribersThenTheValueIsWrittenOnceAndTheLineIsShared() {
		start(this.memory, limits());
		FakeConnection one = new FakeConnection();
		FakeConnection other = new FakeConnection();
		subscribe(one, "post_42");
		subscribe(other, "post_42");
		one.await("subscribed");
		other.await("subscribed");
		Counted value = new Counted(new AtomicInteger());
		template().send("post_42", value);
		one.await("message");
		other.await("message");
		assertThat(value.reads()).hasValue(1);
		assertThat(one.frames().get(one.frames().size() - 1)).isSameAs(other.frames().get(other.frames().size() - 1));
	}

	@Test
	void sendWhenAClientIsExcludedThenItGetsThePositionAlone() {
		start(this.memory, limits());
		FakeConnection one = new FakeConnection();
		FakeConnection other = new FakeConnection();
		Client client = subscribe(one, "post_42");
		subscribe(other, "post_42");
		template().send("post_42", "secret", SendOptions.defaults().exclude(client.id()));
		other.await("message");
		assertThat(one.await("position").path("offset").intValue()).isEqualTo(1);
		assertThat(one.received("message")).isEmpty();
	}

	@Test
	void openWhenFullThenClientIsToldAndClosed() {
		start(this.memory, limits(LONG, 1, 100_000, LONG));
		FakeConnection first = new FakeConnection();
		Client client = open(first);
		assertThat(this.hub.hasRoom()).isFalse();
		FakeConnection second = new FakeConnection();
		open(second);
		assertThat(second.await("error").path("code").stringValue()).isEqualTo("limit-exceeded");
		await().untilAsserted(() -> assertThat(second.closeCode()).isEqualTo(CloseCode.TRY_AGAIN_LATER));
		this.hub.closed(client);
		assertThat(this.hub.hasRoom()).isTrue();
	}

	@Test
	void stopWhenClientsAreThereThenTheyGetSpreadDelaysAndAreClosed() {
		start(this.memory, limits());
		List<FakeConnection> connections = IntStream.range(0, 50).mapToObj((i) -> new FakeConnection()).toList();
		connections.forEach(this::open);
		this.hub.stop();
		assertThat(connections).allSatisfy((connection) -> {
			assertThat(connection.received("goodbye")).hasSize(1);
			assertThat(connection.closeCode()).isEqualTo(CloseCode.RESTART);
		});
		assertThat(connections.stream()
			.map((connection) -> connection.received("goodbye").get(0).path("reconnectAfter").longValue())
			.distinct()).hasSizeGreaterThan(10).allMatch((delay) -> delay >= 0 && delay <= 1000);
		assertThat(this.hub.hasRoom()).isFalse();
		this.hub.start();
		FakeConnection again = new FakeConnection();
		subscribe(again, "post_42");
		again.await("subscribed");
	}

	@Test
	void eventsWhenAClientComesAndGoesThenTellOfItInOrder() {
		start(this.memory, limits());
		FakeConnection connection = new FakeConnection();
		Client client = open(connection);
		assertThat(this.events).describedAs("before the first frame its id may change").isEmpty();
		command(client, subscribeCommand("a", null) + "\n" + subscribeCommand("b", null) + "\n"
				+ "{\"type\":\"unsubscribe\",\"id\":9,\"channel\":\"a\"}");
		this.hub.closed(client);
		await().untilAsserted(() -> assertThat(this.events).containsExactly(new ClientConnectedEvent(client),
				new ChannelSubscribedEvent(client, "a"), new ChannelSubscribedEvent(client, "b"),
				new ChannelUnsubscribedEvent(client, "a"), new ChannelUnsubscribedEvent(client, "b"),
				new ClientDisconnectedEvent(client)));
	}

	@Test
	void eventsWhenClientsLeaveAtAnyMomentThenEveryBeginHasItsEndAndNothingIsLeftOver() throws InterruptedException {
		start(this.memory, limits());
		List<Client> clients = new ArrayList<>();
		for (int i = 0; i < 2000; i++) {
			Client client = open(new FakeConnection());
			clients.add(client);
			Thread leaving = new Thread(() -> this.hub.closed(client));
			leaving.start();
			command(client, subscribeCommand("a", null) + "\n" + subscribeCommand("b", null));
			leaving.join();
		}
		assertThat(this.hub.channelCount()).isZero();
		assertThat(this.hub.clientCount()).isZero();
		long introduced = clients.stream().filter(Client::isIntroduced).count();
		assertThat(introduced).isPositive();
		// Stopping waits for what is left to be told, but not for long
		await().until(() -> count(ClientDisconnectedEvent.class) == introduced);
		this.hub.stop();
		assertThat(count(ClientConnectedEvent.class)).isEqualTo(introduced);
		assertThat(count(ClientDisconnectedEvent.class)).isEqualTo(introduced);
		assertThat(count(ChannelSubscribedEvent.class)).isEqualTo(count(ChannelUnsubscribedEvent.class));
	}

	@Test
	void tickWhenAListenerFailsOrIsSlowThenTheOtherClientsAreLookedAfter() throws InterruptedException {
		CountDownLatch told = new CountDownLatch(1);
		CountDownLatch slow = new CountDownLatch(1);
		this.listener = (event) -> {
			if (event instanceof ClientDisconnectedEvent) {
				told.countDown();
				awaitUninterruptibly(slow);
				throw new AssertionError("listener");
			}
		};
		start(this.memory, limits(Duration.ofMillis(200), 0, 100_000, LONG));
		FakeConnection silent = new FakeConnection();
		command(open(silent), "{\"type\":\"pong\"}");
		told.await();
		assertIsPingedAndClosed(silent);
		FakeConnection meanwhile = new FakeConnection();
		open(meanwhile);
		assertIsPingedAndClosed(meanwhile);
		slow.countDown();
		FakeConnection later = new FakeConnection();
		open(later);
		assertIsPingedAndClosed(later);
	}

	private static void assertIsPingedAndClosed(FakeConnection connection) {
		await().untilAsserted(() -> assertThat(connection.closeCode()).isEqualTo(CloseCode.NO_HEARTBEAT));
		assertThat(connection.received("ping")).hasSize(1);
	}

	@Test
	void subscribeWhenNotAllowedOrTheDecisionThrowsThenForbiddenAndTheRestGoesOn() {
		start(this.memory, limits(), (client, channel, permission) -> {
			if (channel.equals("broken")) {
				throw new IllegalStateException("secret");
			}
			return !channel.equals("private");
		});
		FakeConnection connection = new FakeConnection();
		Client client = open(connection);
		for (String channel : List.of("private", "broken", "open")) {
			command(client, subscribeCommand(channel, null));
		}
		connection.await("subscribed");
		assertThat(connection.received("error")).extracting((error) -> error.path("code").stringValue())
			.containsExactly("forbidden", "forbidden");
		assertThat(connection.lines()).noneMatch((line) -> line.contains("secret"));
		assertThat(client.channels()).containsExactly("open");
	}

	@Test
	void commandWhenItsHandlerFailsThenInternalAndNothingOfTheInsides() {
		start(this.memory, limits());
		this.dispatcher = new CommandDispatcher(this.hub, List.of(new FailingHandler()));
		FakeConnection connection = new FakeConnection();
		command(open(connection), subscribeCommand("post_42", null));
		assertThat(connection.await("error").toString()).contains("\"code\":\"internal\"").doesNotContain("secret");
	}

	@Test
	void subscribeWhenBrokerThrowsThenClientIsToldAndMayTryAgain() {
		ScriptedBroker broker = new ScriptedBroker();
		broker.subscribeFails = true;
		start(broker, limits());
		FakeConnection connection = new FakeConnection();
		Client client = subscribe(connection, "post_42");
		assertThat(connection.await("error").path("code").stringValue()).isEqualTo("unavailable");
		broker.subscribeFails = false;
		broker.history = CompletableFuture.completedFuture(new History(new Position("e", 5), true, List.of()));
		command(client, subscribeCommand("post_42", null));
		connection.await("subscribed");
	}

	private long count(Class<?> type) {
		return this.events.stream().filter(type::isInstance).count();
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean recovered(String channel, Position since) {
		FakeConnection connection = new FakeConnection();
		command(open(connection), subscribeCommand(channel, since));
		return connection.await("subscribed").path("recovered").booleanValue();
	}

	/**
	 * From now on only the test lets time pass.
	 */
	private AtomicLong stopClock() {
		AtomicLong time = new AtomicLong(System.nanoTime());
		this.nanoTime = time::get;
		return time;
	}

	private void start(Broker broker, SessionLimits limits) {
		start(broker, limits, ChannelAccess.subscribeOnly());
	}

	private void start(Broker broker, SessionLimits limits, ChannelAccess rules) {
		ChannelAccess access = new ApplicationAccess(rules, (channel, permission) -> null,
				ClientSecurity.none())::isAllowed;
		this.hub = new Hub(broker, limits, (event) -> {
			this.events.add(event);
			this.listener.accept(event);
		}, this.nanoTime);
		this.hub.start();
		this.dispatcher = new CommandDispatcher(this.hub,
				List.of(new ResumeHandler(this.hub),
						new SubscribeHandler(this.hub, access, PlainKeys.create(), PlainKeys.presence()),
						new UnsubscribeHandler(this.hub)));
	}

	private static SessionLimits limits() {
		return limits(LONG, 0, 100_000, LONG);
	}

	private static SessionLimits limits(Duration heartbeat, int clients, int queue, Duration writeTimeout) {
		return new SessionLimits(heartbeat, 65_536, 100, clients, 0, 100, queue, writeTimeout, Duration.ZERO);
	}

	private RealtimeTemplate template() {
		return new BrokerRealtimeTemplate(this.memory, new JsonMapper(), 1_000_000, this.events::add);
	}

	private Client open(FakeConnection connection) {
		Client client = this.hub.open(connection);
		connection.onClosed(() -> this.hub.closed(client));
		return client;
	}

	private Client subscribe(FakeConnection connection, String channel) {
		Client client = open(connection);
		command(client, subscribeCommand(channel, null));
		return client;
	}

	private void command(Client client, String frame) {
		this.dispatcher.receive(client, frame);
	}

	private static String subscribeCommand(String channel, @Nullable Position since) {
		return "{\"type\":\"subscribe\",\"id\":1,\"channel\":\"" + channel + "\""
				+ ((since != null)
						? ",\"since\":{\"epoch\":\"" + since.epoch() + "\",\"offset\":" + since.offset() + "}" : "")
				+ "}";
	}

	private static List<Integer> offsets(FakeConnection connection) {
		return connection.received("message").stream().map((frame) -> frame.path("offset").intValue()).toList();
	}

	private record Counted(@JsonIgnore AtomicInteger reads) {

		@JsonProperty
		int value() {
			return this.reads.incrementAndGet();
		}

	}

	private static final class FailingHandler implements CommandHandler<Command.Subscribe> {

		@Override
		public Class<Command.Subscribe> commandType() {
			return Command.Subscribe.class;
		}

		@Override
		public void handle(Client client, Command.Subscribe command) {
			throw new IllegalStateException("secret");
		}

	}

	/**
	 * A broker whose answers and publications the test decides.
	 */
	private static final class ScriptedBroker extends DelegatingBroker {

		private CompletableFuture<History> history = new CompletableFuture<>();

		private @Nullable BrokerListener listener;

		private boolean subscribeFails;

		void dispatch(String epoch, long offset) {
			Line line = Line.of("{\"type\":\"message\",\"channel\":\"post_42\",\"offset\":" + offset + ",\"data\":1}");
			this.listener.onPublication(new Publication("post_42", new Position(epoch, offset), line, null));
		}

		@Override
		public CompletableFuture<History> history(String channel, @Nullable Position since, int limit) {
			return this.history;
		}

		@Override
		public void listen(BrokerListener listener) {
			this.listener = listener;
		}

		@Override
		public CompletableFuture<Void> subscribe(String channel) {
			if (this.subscribeFails) {
				throw new IllegalStateException("secret");
			}
			return CompletableFuture.completedFuture(null);
		}

	}

}
