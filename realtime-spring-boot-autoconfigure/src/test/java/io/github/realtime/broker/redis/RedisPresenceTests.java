package io.github.realtime.broker.redis;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.realtime.broker.MemberPage;
import io.github.realtime.protocol.Line;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what several {@link RedisBroker}s know of who is on channels, where Redis or
 * one of them fails.
 */
@Tag("processes")
class RedisPresenceTests {

	@RegisterExtension
	final RedisExtension<RedisServer> redis = RedisExtension.server();

	private final RedisServer server = this.redis.get();

	private final RedisInstance one = this.redis.open(new RedisInstance(this.server));

	private final RedisInstance other = this.redis.open(new RedisInstance(this.server));

	@BeforeEach
	void awaitConnections() {
		awaitMembers(this.one, "chat_1");
		awaitMembers(this.other, "chat_1");
	}

	@Test
	void membersWhenRedisComesBackWithOlderDataAreThoseWhoAreThere() {
		enter(this.one, "chat_1", "stays");
		enter(this.one, "chat_1", "leaves");
		enter(this.other, "chat_1", "leaves elsewhere");
		enter(this.one, "chat_2", "leaves the channel empty");
		Path copy = this.server.copyData();
		this.one.broker().leave("chat_1", "leaves", "1");
		this.other.broker().leave("chat_1", "leaves elsewhere", "1");
		this.one.broker().leave("chat_2", "leaves the channel empty", "1");
		enter(this.one, "chat_1", "comes");
		enter(this.other, "chat_1", "comes elsewhere");
		enter(this.one, "chat_3", "comes to another");
		long known = members(this.other, "chat_1").version();
		this.server.restartWith(copy);
		awaitMembers(this.other, "chat_1", "comes", "comes elsewhere", "stays");
		awaitMembers(this.other, "chat_2");
		awaitMembers(this.one, "chat_3", "comes to another");
		assertThat(members(this.other, "chat_1").version()).isGreaterThan(known);
	}

	@Test
	void numberWhenRedisComesBackWithOlderDataIsHigherBeforeAnythingHasChanged() {
		enter(this.one, "chat_1", "stays");
		Path copy = this.server.copyData();
		for (int i = 0; i < 20; i++) {
			enter(this.one, "chat_1", "comes and goes");
			this.one.broker().leave("chat_1", "comes and goes", "1");
		}
		long known = members(this.one, "chat_1").version();
		this.one.proxy().down();
		this.server.restartWith(copy);
		await().atMost(RedisInstance.PATIENCE)
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(members(this.other, "chat_1").version()).isGreaterThan(known));
	}

	@Test
	void clientThatWentToAnotherInstanceStaysThereWhateverTheFirstOneTellsAgain() {
		RedisInstance.get(this.one.broker().enter("chat_1", "moved", "before", Line.of("\"moved\"")));
		RedisInstance.get(this.other.broker().enter("chat_1", "moved", "since", Line.of("\"moved\"")));
		enter(this.one, "chat_2", "told again");
		String told = this.server.cli("HGET", "test:{chat_2}:members", "told again");
		this.one.proxy().down();
		this.one.proxy().up();
		await().atMost(RedisInstance.PATIENCE)
			.until(() -> !told.equals(this.server.cli("HGET", "test:{chat_2}:members", "told again")));
		this.one.broker().leave("chat_1", "moved", "before");
		enter(this.one, "chat_1", "later");
		awaitMembers(this.other, "chat_1", "later", "moved");
	}

	@Test
	void clientThatCameWhileRedisWasAwayIsThereOnceTheInstanceBeforeHasLetGo() {
		RedisInstance.get(this.other.broker().enter("chat_1", "moved", "before", Line.of("\"moved\"")));
		RedisInstance.get(this.one.broker().enter("chat_1", "again", "first", Line.of("\"again\"")));
		this.one.proxy().down();
		RedisInstance.get(this.one.broker()
			.enter("chat_1", "moved", "since", Line.of("\"moved\""))
			.handle((done, failure) -> failure != null));
		RedisInstance.get(this.one.broker()
			.enter("chat_1", "again", "second", Line.of("\"again later\""))
			.handle((done, failure) -> failure != null));
		this.one.proxy().up();
		awaitMembers(this.other, "chat_1", "again later", "moved");
		this.other.broker().leave("chat_1", "moved", "before");
		await().atMost(RedisInstance.PATIENCE)
			.until(() -> String.valueOf(this.server.cli("HGET", "test:{chat_1}:members", "moved")).contains(":since "));
		this.one.broker().leave("chat_1", "moved", "since");
		this.one.broker().leave("chat_1", "again", "second");
		awaitMembers(this.other, "chat_1");
	}

	@Test
	void instanceThatDiesIsClearedAwayByOneThatOnlyLooksWhoIsThere() {
		int channels = 1200;
		List<CompletableFuture<?>> entered = new ArrayList<>();
		IntStream.range(0, channels)
			.forEach((n) -> entered.add(this.one.broker().enter("chat_" + n, "c", "1", Line.of("\"c\""))));
		entered.forEach(RedisInstance::get);
		awaitMembers(this.other, "chat_7", "c");
		this.one.proxy().down();
		await().atMost(RedisInstance.PATIENCE).until(() -> !this.server.cli("KEYS", "*").contains(":members\n"));
		await().atMost(RedisInstance.PATIENCE)
			.until(() -> this.server.cli("KEYS", "*{occupancy}*").strip().equals("test:{occupancy}:leases")
					&& this.server.cli("ZCARD", "test:{occupancy}:leases").strip().equals("1"));
	}

	private static void enter(RedisInstance instance, String channel, String clientId) {
		RedisInstance.get(instance.broker().enter(channel, clientId, "1", Line.of("\"" + clientId + "\"")));
	}

	private static MemberPage members(RedisInstance instance, String channel) {
		return RedisInstance.get(instance.broker().members(channel, null, 100));
	}

	private static void awaitMembers(RedisInstance instance, String channel, String... clientIds) {
		await().atMost(RedisInstance.PATIENCE)
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(members(instance, channel).members())
				.extracting((member) -> member.json().stringValue())
				.containsExactly(clientIds));
	}

}
