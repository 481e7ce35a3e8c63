package io.github.realtime.session;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import io.github.realtime.RealtimeClient;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.broker.DelegatingBroker;
import io.github.realtime.broker.InstanceMessage.Clients;
import io.github.realtime.broker.InstanceMessage.Unsubscribe;
import io.github.realtime.security.ClientSecurity;
import io.github.realtime.testing.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HubPresence} and the rules, where clients come, go and lose access
 * while they subscribe.
 */
class HubPresenceTests {

	private static final Duration LONG = Duration.ofMinutes(5);

	private final ListeningBroker broker = new ListeningBroker();

	private final Hub hub = new Hub(this.broker,
			new SessionLimits(LONG, 65_536, 100, 0, 0, 100, 100_000, LONG, Duration.ZERO), (event) -> {
			});

	private final CountDownLatch deciding = new CountDownLatch(1);

	private final CountDownLatch decided = new CountDownLatch(1);

	private volatile boolean allowed = true;

	private CommandDispatcher dispatcher;

	private void start(ChannelAccess access) {
		this.hub.start();
		PresencePolicy presence = new PresencePolicy((client, channel, permission) -> true, (client, channel) -> null,
				JsonMapper.builder().build(), 1024, ClientSecurity.none());
		this.dispatcher = new CommandDispatcher(this.hub, List.of(new ResumeHandler(this.hub),
				new SubscribeHandler(this.hub, access, PlainKeys.create(), presence)));
	}

	@AfterEach
	void stop() {
		this.hub.stop();
		this.broker.close();
	}

	@Test
	void subscribeThatEndsAfterItsClientCameBackLeavesTheClientAMember() {
		start((client, channel, permission) -> true);
		CompletableFuture<Void> late = new CompletableFuture<>();
		this.broker.listening = late;
		Client gone = subscribe(new FakeConnection(), "tab");
		this.hub.closed(gone);
		this.broker.listening = CompletableFuture.completedFuture(null);
		FakeConnection connection = new FakeConnection();
		subscribe(connection, "tab");
		connection.await("subscribed");
		late.complete(null);
		FakeConnection other = new FakeConnection();
		Client last = subscribe(other, "other");
		other.await("subscribed");
		this.hub.closed(last);
		await().atMost(Patience.ENOUGH).until(() -> !members().contains(last.id()));
		assertThat(members()).containsExactly(gone.id());
	}

	@Test
	void accessThatIsTakenAwayWhileARuleDecidesIsNotHadInTheEnd() throws InterruptedException {
		start(this::decideSlowly);
		FakeConnection connection = new FakeConnection();
		Client client = this.hub.open(connection);
		Thread receiver = new Thread(() -> this.dispatcher.receive(client, subscribe()));
		receiver.start();
		this.deciding.await();
		this.allowed = false;
		this.broker.tell(new Unsubscribe(new Clients(client.id(), null), "club_7"));
		this.decided.countDown();
		receiver.join();
		assertThat(connection.await("unsubscribed").path("code").stringValue()).isEqualTo("forbidden");
		assertThat(client.channels()).isEmpty();
	}

	private boolean decideSlowly(RealtimeClient client, String channel, ChannelPermission permission) {
		boolean allowed = this.allowed;
		this.deciding.countDown();
		try {
			this.decided.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return allowed;
	}

	private Client subscribe(FakeConnection connection, String token) {
		Client client = this.hub.open(connection);
		this.dispatcher.receive(client, "{\"type\":\"resume\",\"id\":1,\"token\":\"" + token + "\"}\n" + subscribe());
		return client;
	}

	private static String subscribe() {
		return "{\"type\":\"subscribe\",\"id\":2,\"channel\":\"club_7\"}";
	}

	private List<String> members() {
		return this.broker.members("club_7", null, 10)
			.join()
			.members()
			.stream()
			.map((member) -> member.json().get("clientId").stringValue())
			.toList();
	}

	/**
	 * A broker that listens to a channel when the test says so.
	 */
	private static final class ListeningBroker extends DelegatingBroker {

		private volatile CompletableFuture<Void> listening = CompletableFuture.completedFuture(null);

		@Override
		public CompletableFuture<Void> subscribe(String channel) {
			CompletableFuture<Void> listening = this.listening;
			return super.subscribe(channel).thenCompose((done) -> listening);
		}

	}

}
