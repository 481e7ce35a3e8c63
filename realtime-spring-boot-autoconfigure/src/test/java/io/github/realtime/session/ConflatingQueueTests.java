package io.github.realtime.session;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.realtime.access.ChannelAccess;
import io.github.realtime.broker.Draft;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEdit;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.protocol.Line;
import io.github.realtime.testing.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ConflatingQueue}, with a client that stops reading for a while.
 */
class ConflatingQueueTests {

	private static final int QUEUE = 2000;

	private static final String CHANNEL = "cursor_1";

	private final MemoryBroker broker = new MemoryBroker(
			(channel) -> new HistoryPolicy(0, 1000, Duration.ofMinutes(1)));

	private final Hub hub = new Hub(this.broker, new SessionLimits(Duration.ofMinutes(1), 65_536, 100, 0, 0, 100, QUEUE,
			Duration.ofMinutes(1), Duration.ZERO), (event) -> {
			});

	private final FakeConnection connection = new FakeConnection();

	private Client client;

	@BeforeEach
	void subscribe() {
		this.hub.latestOnly(CHANNEL::equals);
		this.hub.start();
		this.client = this.hub.open(this.connection);
		CommandDispatcher dispatcher = new CommandDispatcher(this.hub, List.of(new SubscribeHandler(this.hub,
				ChannelAccess.subscribeOnly(), PlainKeys.create(), PlainKeys.presence())));
		dispatcher.receive(this.client,
				"{\"type\":\"subscribe\",\"id\":1,\"channel\":\"" + CHANNEL + "\",\"state\":true}");
		this.connection.await("subscribed");
	}

	@AfterEach
	void stop() {
		this.connection.resumeReading();
		this.hub.closed(this.client);
		this.hub.stop();
		this.broker.close();
	}

	private void send(int count) {
		for (int i = 0; i < count; i++) {
			get(this.broker
				.publish(new Draft(CHANNEL, "{\"type\":\"message\",\"channel\":\"" + CHANNEL + "\",\"offset\":",
						Line.of(",\"data\":1}"), null, null)));
		}
	}

	private void set(String value) {
		get(this.broker.change(new StateChange(CHANNEL, List.of(new StateEdit.Set("k", Line.of(value), null)))));
	}

	private static <T> T get(CompletableFuture<T> future) {
		return future.orTimeout(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS).join();
	}

	private List<Long> offsets() {
		return this.connection.lines()
			.stream()
			.map((line) -> Line.of(line).json())
			.filter((line) -> List.of("message", "position", "state").contains(line.get("type").stringValue()))
			.map((line) -> line.get("offset").longValue())
			.toList();
	}

	@Test
	void clientThatReadsGetsEverything() {
		for (int i = 1; i <= 100; i++) {
			int sent = i;
			send(1);
			await().pollInterval(Duration.ofMillis(1)).atMost(Patience.ENOUGH).until(() -> offsets().size() == sent);
		}
		assertThat(this.connection.received("position")).isEmpty();
	}

	@Test
	void clientThatIsSlowGetsTheNewestAndIsToldThatTheOthersCount() {
		this.connection.stopReading();
		send(1000);
		assertThat(this.client.isGone()).isFalse();
		this.connection.resumeReading();
		JsonNode newest = this.connection.await("message", (line) -> line.get("offset").intValue() == 1000);
		assertThat(newest.get("data").intValue()).isOne();
		List<Long> offsets = offsets();
		assertThat(offsets).isSorted().hasSizeLessThan(60).endsWith(999L, 1000L);
		assertThat(this.connection.received("position")).singleElement()
			.satisfies((line) -> assertThat(line.get("offset").intValue()).isEqualTo(999));
		send(1);
		this.connection.await("message", (line) -> line.get("offset").intValue() == 1001);
	}

	@Test
	void changesOfTheStateAreAllSentInTheirPlaceAmongWhatIsSkipped() {
		this.connection.stopReading();
		send(100);
		set("1");
		send(100);
		set("2");
		send(100);
		set("3");
		this.connection.resumeReading();
		this.connection.await("state", (line) -> line.get("value").intValue() == 3);
		assertThat(this.connection.received("state")).extracting((line) -> line.get("value").intValue())
			.containsExactly(1, 2, 3);
		assertThat(offsets()).isSorted().endsWith(100L, 101L, 201L, 202L, 301L, 302L, 303L);
		assertThat(this.connection.received("unsubscribed")).isEmpty();
	}

	@Test
	void changesOfTheStateThatAreTooManyAreReadAnew() {
		this.connection.stopReading();
		send(100);
		for (int i = 0; i < 100; i++) {
			set(Integer.toString(i));
			send(1);
		}
		assertThat(this.client.isGone()).isFalse();
		this.connection.resumeReading();
		assertThat(this.connection.await("unsubscribed").get("code").stringValue()).isEqualTo("resync");
		assertThat(this.client.subscriptions()).isEmpty();
	}

	@Test
	void messageThatFillsTheQueueIsSentBehindAChangeOfTheState() {
		this.connection.stopReading();
		send(100);
		set("1");
		get(this.broker.publish(new Draft(CHANNEL, "{\"type\":\"message\",\"channel\":\"" + CHANNEL + "\",\"offset\":",
				Line.of(",\"data\":\"" + "x".repeat(QUEUE) + "\"}"), null, null)));
		this.connection.resumeReading();
		this.connection.await("message", (line) -> line.get("offset").intValue() == 102);
		assertThat(this.connection.received("state")).hasSize(1);
		assertThat(this.client.isGone()).isFalse();
	}

}
