package io.github.realtime.broker.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.github.realtime.broker.Broker;
import io.github.realtime.broker.MemberPage;
import io.github.realtime.broker.PresenceChange;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link Broker} promises of presence, which is who is on a channel.
 * <ul>
 * <li>Joins and leaves of a channel have numbers of their own, each 1 higher than the one
 * before. They need no history: an instance that sees a hole reads the members
 * again.</li>
 * <li>Each stay has a token. A client that reconnects enters again before its old
 * connection is found dead; the late {@code leave} of the old stay must not remove
 * it.</li>
 * <li>Members are read in the order of client ids and in pages, so that a large channel
 * needs no large answer.</li>
 * </ul>
 *
 * @since 0.1.0
 */
public abstract class PresenceContract extends StateContract {

	@Test
	void whoEntersAndLeavesIsToldAndListed() {
		subscribe("chat_1");
		enter("chat_1", "b", "1", "B");
		enter("chat_1", "a", "2", "A");
		enter("chat_2", "c", "3", "C");
		assertThat(members("chat_1", null, 10).members()).containsExactly(member("A"), member("B"));
		assertThat(members("chat_1", null, 10).count()).isEqualTo(2);
		this.broker.leave("chat_1", "b", "1");
		assertThat(members("chat_1", null, 10).members()).containsExactly(member("A"));
		awaitChanges("join B", "join A", "leave B");
		List<PresenceChange> changes = changes();
		assertThat(changes).extracting(PresenceChange::clientId).containsExactly("b", "a", "b");
		assertThat(changes).extracting(PresenceChange::version)
			.containsExactly(changes.get(0).version(), changes.get(0).version() + 1, changes.get(0).version() + 2);
		assertThat(members("chat_1", null, 10).version()).isEqualTo(changes.get(2).version());
	}

	@Test
	void whoEntersAgainIsNotToldAndStaysUntilThatStayIsOver() {
		subscribe("chat_1");
		enter("chat_1", "a", "old", "A");
		enter("chat_1", "a", "new", "A");
		this.broker.leave("chat_1", "a", "old");
		this.broker.leave("chat_1", "nobody", "old");
		assertThat(members("chat_1", null, 10).count()).isOne();
		enter("chat_1", "b", "1", "B");
		this.broker.leave("chat_1", "a", "new");
		awaitChanges("join A", "join B", "leave A");
	}

	@Test
	void whoEntersAsAnotherMemberIsTold() {
		subscribe("chat_1");
		enter("chat_1", "a", "1", "A");
		enter("chat_1", "a", "2", "away");
		assertThat(members("chat_1", null, 10).members()).containsExactly(member("away"));
		this.broker.leave("chat_1", "a", "2");
		awaitChanges("join A", "join away", "leave away");
	}

	@Test
	void channelThatWasEmptyGoesOnWithHigherNumbers() {
		enter("chat_1", "a", "1", "A");
		long first = members("chat_1", null, 0).version();
		this.broker.leave("chat_1", "a", "1");
		assertThat(members("chat_1", null, 10).members()).isEmpty();
		enter("chat_1", "a", "2", "A");
		assertThat(members("chat_1", null, 0).version()).isGreaterThan(first);
	}

	@Test
	void membersAreReadInParts() {
		IntStream.range(0, 25).forEach((n) -> enter("chat_1", String.format("c%02d", n), "1", "M" + n));
		List<Line> read = new ArrayList<>();
		String next = null;
		int parts = 0;
		do {
			MemberPage part = members("chat_1", next, 10);
			assertThat(part.count()).isEqualTo(25);
			read.addAll(part.members());
			next = part.next();
			parts++;
		}
		while (next != null);
		assertThat(read).isEqualTo(IntStream.range(0, 25).mapToObj((n) -> member("M" + n)).toList());
		assertThat(parts).isEqualTo(3);
		assertThat(members("chat_1", null, 25).next()).isNull();
		assertThat(members("chat_1", null, 0)).satisfies((none) -> {
			assertThat(none.members()).isEmpty();
			assertThat(none.next()).isNull();
		});
		assertThat(members("chat_1", "c24", 10).members()).isEmpty();
	}

	@Test
	void randomComingAndGoingEndsWithWhoIsThere() {
		long seed = System.nanoTime();
		System.out.println("presence seed " + seed);
		Random random = new Random(seed);
		subscribe("chat_1");
		Map<String, String> present = new TreeMap<>();
		for (int i = 0; i < 500; i++) {
			String id = "c" + random.nextInt(20);
			if (random.nextBoolean()) {
				present.put(id, "t" + i);
				this.broker.enter("chat_1", id, "t" + i, member(id));
			}
			else {
				String token = random.nextInt(4) == 0 ? "stale" : present.getOrDefault(id, "stale");
				present.remove(id, token);
				this.broker.leave("chat_1", id, token);
			}
		}
		assertThat(members("chat_1", null, 100).members())
			.isEqualTo(present.keySet().stream().map(PresenceContract::member).toList());
		long last = members("chat_1", null, 0).version();
		await().until(() -> !this.recorder.presence().isEmpty()
				&& this.recorder.presence().get(this.recorder.presence().size() - 1).version() == last);
		Map<String, Boolean> told = new TreeMap<>();
		this.recorder.presence().forEach((change) -> {
			boolean join = change.line().json().get("type").stringValue().equals("join");
			assertThat(told.put(change.clientId(), join)).as("told once").isNotEqualTo(join);
		});
		told.values().removeIf((there) -> !there);
		assertThat(told.keySet()).isEqualTo(present.keySet());
	}

	private void awaitChanges(String... changes) {
		await().untilAsserted(
				() -> assertThat(changes())
					.extracting((change) -> change.line().json().get("type").stringValue() + " "
							+ change.line().json().get("member").stringValue())
					.containsExactly(changes));
	}

	/**
	 * What was told of the channel that is listened to; a broker may tell of others, too.
	 */
	private List<PresenceChange> changes() {
		return this.recorder.presence().stream().filter((change) -> change.channel().equals("chat_1")).toList();
	}

	private void enter(String channel, String clientId, String token, String member) {
		get(this.broker.enter(channel, clientId, token, member(member)));
	}

	private static Line member(String name) {
		return Line.of("\"" + name + "\"");
	}

	private MemberPage members(String channel, @Nullable String after, int limit) {
		return get(this.broker.members(channel, after, limit));
	}

}
