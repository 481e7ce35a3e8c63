package io.github.realtime.session;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.MemberPage;
import io.github.realtime.broker.PresenceChange;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.protocol.Line;
import io.github.realtime.testing.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link PresenceFeed}.
 */
class PresenceFeedTests {

	private static final int QUEUE = 2000;

	private final MemoryBroker broker = new MemoryBroker(
			(channel) -> new HistoryPolicy(10, 1000, Duration.ofMinutes(1)));

	private final Hub hub = new Hub(this.broker, new SessionLimits(Duration.ofMinutes(1), 65_536, 100, 0, 0, 100, QUEUE,
			Duration.ofMinutes(1), Duration.ZERO), (event) -> {
			});

	private final FakeConnection connection = new FakeConnection();

	private final AtomicInteger refreshes = new AtomicInteger();

	private Client client;

	private PresenceFeed feed;

	private PresenceFeed feed() {
		this.hub.start();
		this.client = this.hub.open(this.connection);
		this.connection.await("welcome");
		this.feed = new PresenceFeed(this.client.subscriber(), this.refreshes::incrementAndGet);
		return this.feed;
	}

	@AfterEach
	void stop() {
		this.connection.resumeReading();
		this.hub.closed(this.client);
		this.hub.stop();
		this.broker.close();
	}

	@Test
	void changesThatComeWhileTheListIsReadFollowItUnlessTheyAreInIt() {
		PresenceFeed feed = feed();
		feed.offer(change(4, "a"));
		feed.offer(change(5, "b"));
		feed.offer(change(6, "c"));
		feed.begin(list(5));
		feed.offer(change(7, "d"));
		feed.offer(change(6, "c"));
		assertTold(6, 7);
		assertThat(this.refreshes).hasValue(0);
	}

	@Test
	void changeOfOneselfIsCountedAndNotTold() {
		PresenceFeed feed = feed();
		feed.begin(list(5));
		feed.offer(change(6, this.client.id()));
		feed.offer(change(7, "a"));
		assertTold(7);
	}

	@Test
	void changeThatIsMissingIsMendedByAFreshList() {
		PresenceFeed feed = feed();
		feed.begin(list(5));
		feed.offer(change(6, "a"));
		feed.offer(change(8, "b"));
		await().atMost(Patience.ENOUGH).until(() -> this.refreshes.get() == 1);
		feed.offer(change(9, "c"));
		feed.begin(list(8));
		assertTold(6, 9);
	}

	@Test
	void lastChangeThatIsMissingIsNoticedWhenItIsExpected() {
		PresenceFeed feed = feed();
		feed.begin(list(5));
		feed.expect(5);
		feed.expect(0);
		assertThat(this.refreshes).hasValue(0);
		feed.expect(6);
		await().atMost(Patience.ENOUGH).until(() -> this.refreshes.get() == 1);
	}

	@Test
	void clientThatDoesNotReadIsTakenForOneThatMissedSomethingAndNotClosed() {
		PresenceFeed feed = feed();
		feed.begin(list(0));
		this.connection.stopReading();
		for (int i = 1; i <= 1000; i++) {
			feed.offer(change(i, "a"));
		}
		assertThat(this.client.isGone()).isFalse();
		assertThat(this.refreshes).hasValue(0);
		this.connection.resumeReading();
		await().atMost(Patience.ENOUGH).until(() -> this.refreshes.get() == 1);
		feed.begin(list(1000));
		feed.offer(change(1001, "a"));
		await().atMost(Patience.ENOUGH)
			.untilAsserted(() -> assertThat(this.connection.received("change")).last()
				.satisfies((line) -> assertThat(line.get("version").intValue()).isEqualTo(1001)));
	}

	private void assertTold(Integer... versions) {
		await().atMost(Patience.ENOUGH)
			.untilAsserted(() -> assertThat(this.connection.received("change"))
				.extracting((line) -> line.get("version").intValue())
				.containsExactly(versions));
	}

	private static PresenceChange change(long version, String clientId) {
		return new PresenceChange("chat_1", version, clientId,
				Line.of("{\"type\":\"change\",\"version\":" + version + "}"));
	}

	private static MemberPage list(long version) {
		return new MemberPage(version, 0, List.of(), null);
	}

}
