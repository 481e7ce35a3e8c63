package io.github.realtime.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.github.realtime.ChannelSubscribedEvent;
import io.github.realtime.ChannelUnsubscribedEvent;
import io.github.realtime.ClientConnectedEvent;
import io.github.realtime.ClientDisconnectedEvent;
import io.github.realtime.RealtimeClient;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.access.RealtimeAuthenticator;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.protocol.CloseCode;
import io.github.realtime.security.ClientSecurity;
import io.github.realtime.testing.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link AuthenticateHandler}: what a client's becoming a user means for what
 * it has begun before.
 */
class AuthenticateHandlerTests {

	private final Collection<Object> events = new ConcurrentLinkedQueue<>();

	private final FakeConnection connection = new FakeConnection();

	private final TestBroker broker = new TestBroker(new HistoryPolicy(100, 1_000_000, Duration.ofMinutes(5)), 1);

	private RealtimeAuthenticator authenticator = (token) -> token.equals("bad") ? null
			: RealtimeAuthentication.of(token);

	private ChannelAccess access = (client, channel, permission) -> true;

	private final AtomicLong time = new AtomicLong();

	private Hub hub;

	private CommandDispatcher dispatcher;

	private AuthenticateHandler handler;

	@AfterEach
	void stop() {
		this.handler.close();
		this.hub.stop();
		this.broker.close();
	}

	@Test
	void authenticateWhenASubscribeIsUnderWayThenThatIsAnsweredFirstAndDecidedAnew() {
		this.access = (client, channel, permission) -> !(channel.equals("anonymous") && client.principal() != null);
		Client client = start(optional());
		for (int i = 0; i < 20; i++) {
			receive(client,
					"{\"type\":\"subscribe\",\"id\":1,\"channel\":\"anonymous\"}\n"
							+ "{\"type\":\"subscribe\",\"id\":2,\"channel\":\"for-all\"}\n"
							+ "{\"type\":\"authenticate\",\"id\":3,\"token\":\"ada\"}");
			this.connection.await("unsubscribed");
			assertThat(types()).containsSubsequence("subscribed", "subscribed", "authenticated", "unsubscribed");
			assertThat(this.connection.received("unsubscribed").toString())
				.isEqualTo("[{\"type\":\"unsubscribed\",\"channel\":\"anonymous\",\"code\":\"forbidden\"}]");
			assertThat(client.channels()).containsExactly("for-all");
			this.hub.closed(client);
			this.connection.frames().clear();
			client = open();
		}
	}

	@Test
	void authenticateWhenNothingWasDoneBeforeThenTheApplicationKnowsOneIdOnly() {
		Client client = start(optional());
		String token = this.connection.await("welcome").get("resume").stringValue();
		receive(client,
				"{\"type\":\"resume\",\"id\":1,\"token\":\"" + token + "x\"}\n"
						+ "{\"type\":\"authenticate\",\"id\":2,\"token\":\"ada\"}\n"
						+ "{\"type\":\"subscribe\",\"id\":3,\"channel\":\"a\"}");
		this.connection.await("subscribed");
		await().untilAsserted(() -> assertThat(this.events).containsExactly(new ClientConnectedEvent(client),
				new ChannelSubscribedEvent(client, "a")));
		assertThat(client.id())
			.isEqualTo(ClientIds.clientId(token + "x", RealtimeAuthentication.of("ada").principal()));
		assertThat(this.connection.await("authenticated").get("clientId").stringValue()).isEqualTo(client.id());
	}

	@Test
	void authenticateWhenTheApplicationKnowsTheClientThenItIsToldThatAnotherTookItsPlace() {
		Client client = start(optional());
		receive(client, "{\"type\":\"subscribe\",\"id\":1,\"channel\":\"a\"}");
		this.connection.await("subscribed");
		String before = client.id();
		receive(client, "{\"type\":\"authenticate\",\"id\":2,\"token\":\"ada\"}");
		await().until(() -> this.events.size() == 6);
		assertThat(client.id()).isNotEqualTo(before);
		assertThat(this.events).extracting(AuthenticateHandlerTests::describe)
			.containsExactly("connected " + client.id(), "subscribed " + client.id(), "connected " + client.id(),
					"subscribed " + client.id(), "unsubscribed " + before, "disconnected " + before);
		receive(client, "{\"type\":\"authenticate\",\"id\":3,\"token\":\"ada\"}");
		this.hub.closed(client);
		await().until(() -> this.events.size() == 8);
		assertThat(this.events).extracting(AuthenticateHandlerTests::describe)
			.endsWith("unsubscribed " + client.id(), "disconnected " + client.id());
	}

	private static String describe(Object event) {
		if (event instanceof ClientConnectedEvent connected) {
			return "connected " + connected.client().id();
		}
		if (event instanceof ClientDisconnectedEvent disconnected) {
			return "disconnected " + disconnected.client().id();
		}
		if (event instanceof ChannelSubscribedEvent subscribed) {
			return "subscribed " + subscribed.client().id();
		}
		RealtimeClient client = ((ChannelUnsubscribedEvent) event).client();
		return "unsubscribed " + client.id();
	}

	@Test
	void resumeWhenItIsNotTheFirstThenIsRefused() {
		Client client = start(optional());
		receive(client, "{\"type\":\"resume\",\"id\":1,\"token\":\"abc\"}");
		String id = client.id();
		receive(client, "{\"type\":\"resume\",\"id\":2,\"token\":\"def\"}");
		assertThat(this.connection.await("error").toString()).contains("\"id\":2,\"code\":\"bad-request\"");
		assertThat(client.id()).isEqualTo(id);
	}

	@Test
	void resumeWhenAfterAuthenticateThenGivesTheSameIdAsBefore() {
		Client client = start(optional());
		receive(client, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"ada\"}\n"
				+ "{\"type\":\"resume\",\"id\":2,\"token\":\"abc\"}");
		this.connection.await("resumed");
		assertThat(client.id()).isEqualTo(ClientIds.clientId("abc", client.principal()));
	}

	@Test
	void authenticateWhenTheAuthenticatorTakesTooLongThenItIsInterruptedAndTheClientComesBack()
			throws InterruptedException {
		CountDownLatch interrupted = new CountDownLatch(1);
		this.authenticator = (token) -> {
			try {
				return new CompletableFuture<RealtimeAuthentication>().get();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
				throw ex;
			}
		};
		Client client = start(new AuthenticationPolicy(true, Duration.ofMillis(300)));
		receive(client, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"ada\"}\n"
				+ "{\"type\":\"subscribe\",\"id\":2,\"channel\":\"a\"}");
		assertThat(this.connection.await("error").toString()).contains("\"id\":1,\"code\":\"timeout\"");
		await().untilAsserted(
				() -> assertThat(this.connection.closeCode()).isEqualTo(CloseCode.AUTHENTICATION_UNAVAILABLE));
		assertThat(interrupted.await(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(types()).containsExactly("welcome", "error");
	}

	@Test
	void authenticateWhenTheClientHasComeBackMeanwhileThenItsNewSocketIsLeftAlone() throws InterruptedException {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		this.authenticator = (token) -> {
			if (token.equals("slow")) {
				asked.countDown();
				answer.await();
			}
			return RealtimeAuthentication.of("ada");
		};
		Client old = start(optional());
		Thread receiving = new Thread(() -> receive(old,
				"{\"type\":\"resume\",\"id\":1,\"token\":\"abc\"}\n{\"type\":\"authenticate\",\"id\":2,\"token\":\"slow\"}"));
		receiving.start();
		assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
		this.hub.closed(old);
		FakeConnection connection = new FakeConnection();
		Client young = open(connection);
		receive(young,
				"{\"type\":\"resume\",\"id\":1,\"token\":\"abc\"}\n{\"type\":\"authenticate\",\"id\":2,\"token\":\"fast\"}");
		answer.countDown();
		receiving.join();
		assertThat(young.isGone()).isFalse();
		assertThat(old.id()).isNotEqualTo(young.id());
	}

	@Test
	void authenticateWhenTheAuthenticatorThrowsThenNothingBehindItIsDoneAsAnonymous() {
		this.authenticator = (token) -> {
			throw new IllegalStateException("secret");
		};
		Client client = start(optional());
		receive(client, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"ada\"}\n"
				+ "{\"type\":\"subscribe\",\"id\":2,\"channel\":\"a\"}");
		assertThat(this.connection.await("error").toString()).contains("\"id\":1,\"code\":\"unavailable\"")
			.doesNotContain("secret");
		await().untilAsserted(
				() -> assertThat(this.connection.closeCode()).isEqualTo(CloseCode.AUTHENTICATION_UNAVAILABLE));
		assertThat(types()).containsExactly("welcome", "error");
	}

	@Test
	void authenticateWhenTheTokenHasExpiredThenIsRefused() {
		this.authenticator = (token) -> RealtimeAuthentication.of(token).until(Instant.now().minusMillis(1));
		Client client = start(optional());
		receive(client, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"ada\"}");
		assertThat(this.connection.await("error").toString()).contains("\"id\":1,\"code\":\"unauthenticated\"");
		assertThat(client.principal()).isNull();
	}

	@Test
	void clientWhenItsTokensAreRefusedThenIsSlowedDownAndClosed() {
		AtomicInteger checks = new AtomicInteger();
		this.authenticator = (token) -> {
			checks.incrementAndGet();
			return null;
		};
		Client client = start(optional());
		for (int i = 0; i < 5; i++) {
			assertThat(client.isGone()).isFalse();
			assertThat(checks).hasValue(i);
			receive(client, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"bad\"}\n"
					+ "{\"type\":\"authenticate\",\"id\":2,\"token\":\"bad\"}");
			this.time.addAndGet(Duration.ofSeconds(1L << i).toNanos());
		}
		assertThat(checks).hasValue(5);
		await().untilAsserted(() -> assertThat(this.connection.closeCode()).isEqualTo(CloseCode.UNAUTHENTICATED));
		assertThat(this.connection.received("error")).extracting((error) -> error.get("code").stringValue())
			.containsExactly("unauthenticated", "rate-limited", "unauthenticated", "rate-limited", "unauthenticated",
					"rate-limited", "unauthenticated", "rate-limited", "unauthenticated");
	}

	@Test
	void clientWhenATokenIsAcceptedThenEarlierRefusalsAreForgotten() {
		Client client = start(optional());
		for (int i = 0; i < 10; i++) {
			receive(client, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"bad\"}");
			this.time.addAndGet(Duration.ofSeconds(1).toNanos());
			receive(client, "{\"type\":\"authenticate\",\"id\":2,\"token\":\"ada\"}");
		}
		await().untilAsserted(() -> assertThat(this.connection.received("authenticated")).hasSize(10));
		assertThat(client.isGone()).isFalse();
	}

	@Test
	void clientWhenAllThreadsCheckTokensThenHasItsTurn() throws InterruptedException {
		CountDownLatch busy = new CountDownLatch(64);
		CountDownLatch answer = new CountDownLatch(1);
		this.authenticator = (token) -> {
			if (token.equals("bad")) {
				busy.countDown();
				answer.await();
				return null;
			}
			return RealtimeAuthentication.of(token);
		};
		Client good = start(optional());
		List<Thread> threads = IntStream.range(0, 70).mapToObj((i) -> {
			Client bad = open(new FakeConnection());
			return new Thread(() -> receive(bad, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"bad\"}"));
		}).toList();
		threads.forEach(Thread::start);
		assertThat(busy.await(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS)).isTrue();
		Thread waiting = new Thread(() -> receive(good, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"ada\"}"));
		waiting.start();
		await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING || !waiting.isAlive());
		answer.countDown();
		this.connection.await("authenticated");
		for (Thread thread : threads) {
			thread.join();
		}
	}

	@Test
	void clientsWhenMoreWaitThanMayKeepAThreadOfTheContainerThenComeBackLater() throws InterruptedException {
		CountDownLatch busy = new CountDownLatch(64);
		CountDownLatch answer = new CountDownLatch(1);
		this.authenticator = (token) -> {
			busy.countDown();
			answer.await();
			return RealtimeAuthentication.of(token);
		};
		Client oneTooMany = start(new AuthenticationPolicy(false, Duration.ofMinutes(5)));
		List<Thread> threads = IntStream.range(0, 128).mapToObj((i) -> {
			Client client = open(new FakeConnection());
			return new Thread(() -> receive(client, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"ada\"}"));
		}).toList();
		threads.forEach(Thread::start);
		assertThat(busy.await(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS)).isTrue();
		await().until(() -> threads.stream().allMatch((thread) -> thread.getState() == Thread.State.TIMED_WAITING));
		Thread turnedAway = new Thread(
				() -> receive(oneTooMany, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"ada\"}"));
		turnedAway.start();
		assertThat(this.connection.await("error").toString()).contains("\"code\":\"unavailable\"");
		await().untilAsserted(
				() -> assertThat(this.connection.closeCode()).isEqualTo(CloseCode.AUTHENTICATION_UNAVAILABLE));
		answer.countDown();
		turnedAway.join();
		for (Thread thread : threads) {
			thread.join();
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void clientsWhenTheAuthenticatorFailsThenOneLineIsLogged(CapturedOutput output) {
		this.authenticator = (token) -> {
			throw new IllegalStateException("identity provider");
		};
		Client client = start(optional());
		for (int i = 0; i < 20; i++) {
			receive(client, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"ada\"}");
			client = open(new FakeConnection());
		}
		assertThat(output).containsOnlyOnce("Authenticating a client failed");
		this.time.addAndGet(Duration.ofSeconds(10).toNanos());
		receive(client, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"ada\"}");
		assertThat(output).contains("Authenticating a client failed (and 19 more like this since the last one)");
	}

	@Test
	void clientWhenItsTokenExpiresWhileANewOneIsCheckedThenStays() throws InterruptedException {
		Instant end = Instant.now().plusMillis(500);
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		this.authenticator = (token) -> {
			if (token.equals("first")) {
				return RealtimeAuthentication.of("ada").until(end);
			}
			asked.countDown();
			answer.await();
			return token.equals("good") ? RealtimeAuthentication.of("ada") : null;
		};
		Client client = start(optional());
		receive(client, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"first\"}");
		Thread checking = new Thread(() -> receive(client, "{\"type\":\"authenticate\",\"id\":2,\"token\":\"good\"}"));
		checking.start();
		assertThat(asked.await(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS)).isTrue();
		await().until(() -> Instant.now().isAfter(end));
		client.tick(this.time.get());
		assertThat(client.isGone()).isFalse();
		answer.countDown();
		checking.join();
		client.tick(this.time.get());
		assertThat(client.isGone()).isFalse();
		await().untilAsserted(() -> assertThat(this.connection.received("authenticated")).hasSize(2));
	}

	@Test
	void clientWhenItsTokenExpiresSoonThenIsWarnedOnceAndClosed() {
		this.authenticator = (token) -> RealtimeAuthentication.of(token).until(Instant.now().plusSeconds(6));
		Client client = start(optional());
		receive(client, "{\"type\":\"authenticate\",\"id\":1,\"token\":\"ada\"}");
		assertThat(this.connection.await("authenticated").get("expiresIn").longValue()).isBetween(1L, 6000L);
		assertThat(this.connection.await("expiring").get("expiresIn").longValue()).isBetween(1L, 3000L);
		await().untilAsserted(() -> assertThat(this.connection.closeCode()).isEqualTo(CloseCode.UNAUTHENTICATED));
		assertThat(this.connection.received("expiring")).hasSize(1);
	}

	@Test
	void clientWhenItHasToAuthenticateAndDoesNotThenIsClosed() {
		Duration timeout = Duration.ofSeconds(10);
		Client client = start(new AuthenticationPolicy(true, timeout));
		receive(client,
				"{\"type\":\"subscribe\",\"id\":1,\"channel\":\"a\"}\n"
						+ "{\"type\":\"resume\",\"id\":2,\"token\":\"abc\"}\n{\"type\":\"pong\"}\n"
						+ "{\"type\":\"authenticate\",\"id\":3,\"token\":\"bad\"}");
		await().untilAsserted(() -> assertThat(this.connection.received("error"))
			.extracting((error) -> error.get("code").stringValue())
			.containsExactly("unauthenticated", "unauthenticated"));
		assertThat(this.connection.received("resumed")).hasSize(1);
		assertThat(client.isGone()).isFalse();
		this.time.addAndGet(timeout.toNanos() + 1);
		await().untilAsserted(() -> assertThat(this.connection.closeCode()).isEqualTo(CloseCode.UNAUTHENTICATED));
		this.hub.stop();
		assertThat(this.events).isEmpty();
	}

	private static AuthenticationPolicy optional() {
		return AuthenticationPolicy.optional();
	}

	private Client start(AuthenticationPolicy policy) {
		this.hub = new Hub(
				this.broker, new SessionLimits(Duration.ofSeconds(25), 65_536, 100, 0, 0, 100, 100_000,
						Duration.ofSeconds(10), Duration.ZERO),
				this.events::add, policy, ClientSecurity.none(), this.time::get);
		this.hub.start();
		ChannelAccess current = (client, channel, permission) -> this.access.isAllowed(client, channel, permission);
		this.handler = new AuthenticateHandler(this.hub, this.authenticator, current, ClientSecurity.none(),
				PlainKeys.presence());
		this.dispatcher = new CommandDispatcher(this.hub, List.of(new ResumeHandler(this.hub), this.handler,
				new SubscribeHandler(this.hub, current, PlainKeys.create(), PlainKeys.presence())));
		return open();
	}

	private Client open() {
		return open(this.connection);
	}

	private Client open(FakeConnection connection) {
		Client client = this.hub.open(connection);
		connection.onClosed(() -> this.hub.closed(client));
		return client;
	}

	private void receive(Client client, String frame) {
		client.received(this.time.get());
		this.dispatcher.receive(client, frame);
	}

	private List<String> types() {
		return this.connection.lines()
			.stream()
			.map((line) -> line.replaceFirst("\\{\"type\":\"(\\w+)\".*", "$1"))
			.toList();
	}

}
