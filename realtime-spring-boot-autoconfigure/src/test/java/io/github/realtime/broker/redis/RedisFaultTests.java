package io.github.realtime.broker.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.github.realtime.Position;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.testing.Direction;
import io.github.realtime.testing.Redis;
import io.github.realtime.testing.RedisServer;
import io.github.realtime.testing.Resources;
import io.github.realtime.testing.TcpLink;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisBroker} with a server, or a way to it, that fails for a while and
 * loses nothing.
 */
@Tag("processes")
class RedisFaultTests {

	@RegisterExtension
	final Resources resources = new Resources();

	private RedisServer server;

	private RedisInstance one;

	private RedisInstance two;

	private void start(Redis redis, String... channels) {
		start(RedisServer.start(redis), channels);
	}

	private void start(RedisServer server, String... channels) {
		this.server = this.resources.open(server);
		this.one = this.resources.open(new RedisInstance(this.server).subscribe(channels));
		this.two = this.resources.open(new RedisInstance(this.server).subscribe(channels));
	}

	private Load load(String... channels) {
		return this.resources.open(new Load(List.of(this.one, this.two), channels));
	}

	@ParameterizedTest
	@MethodSource("io.github.realtime.testing.Redis#available")
	void sendWhenRedisIsKilledAndRestartedWithItsDataThenNothingIsLost(Redis redis) {
		start(redis, "post_1", "post_2");
		Load load = load("post_1", "post_2");
		this.server.kill();
		load.awaitFailure();
		this.server.restart();
		load.awaitSuccess();
		load.assertNothingLost();
	}

	@Test
	void sendWhenRedisTakesItsTimeToLoadItsDataThenNothingIsLost() {
		start(RedisServer.start("key-load-delay 1000", "loading-process-events-interval-bytes 1024"), "post_1");
		this.server.cli("EVAL", "for i = 1, 2000 do redis.call('SET', 'key' .. i, string.rep('x', 100)) end", "0");
		this.server.cli("BGREWRITEAOF");
		await().until(() -> this.server.cli("INFO", "persistence").contains("aof_rewrite_in_progress:0"));
		Load load = load("post_1");
		this.server.restart();
		load.awaitSuccess();
		load.assertNothingLost();
		assertThat(load.sends()).anySatisfy((send) -> assertThat(send.failure()).hasMessageContaining("LOADING"));
	}

	@Test
	void sendWhenRedisForgetsTheScriptsThenSucceedsAllTheSame() {
		start(Redis.any(), "post_1");
		Load load = load("post_1");
		for (int i = 0; i < 20; i++) {
			this.server.cli("SCRIPT", "FLUSH");
			load.awaitSuccess();
		}
		load.assertNothingLost();
		assertThat(load.sends()).noneSatisfy((send) -> assertThat(send.failure()).hasMessageContaining("NOSCRIPT"));
	}

	@ParameterizedTest
	@MethodSource("io.github.realtime.testing.Redis#available")
	void sendWhenConnectionsAreCutThenNothingIsLost(Redis redis) {
		start(redis, "post_1", "post_2");
		Load load = load("post_1", "post_2");
		for (int i = 0; i < 3; i++) {
			this.one.proxy().cut();
			load.awaitSuccess();
			this.two.ears().forEach(TcpLink::cut);
			load.awaitSuccess();
			this.one.mouths().forEach(TcpLink::cut);
			load.awaitSuccess();
		}
		load.assertNothingLost();
	}

	@Test
	void sendWhenRedisStandsStillForFiveSecondsThenNothingIsLost() {
		start(Redis.any(), "post_1", "post_2");
		Load load = load("post_1", "post_2");
		this.server.pause();
		await().pollDelay(5, TimeUnit.SECONDS).until(() -> true);
		this.server.resume();
		load.awaitSuccess();
		load.assertNothingLost();
		assertThat(load.sends()).anySatisfy((send) -> assertThat(send.failure()).isNotNull());
	}

	@Test
	void sendWhenTheWayForCommandsIsSilentThenNothingIsLost() {
		start(Redis.any(), "post_1", "post_2");
		Load load = load("post_1", "post_2");
		this.one.mouths().forEach(TcpLink::silence);
		// Here commands are carried out, and nobody learns of it
		this.two.mouths().forEach((link) -> link.silence(Direction.TO_CLIENT));
		load.awaitSuccess();
		load.assertNothingLost();
	}

	@Test
	void sendWhenTheWayForPublicationsIsSilentThenNothingIsLost() {
		start(Redis.any(), "post_1", "post_2");
		Load load = load("post_1", "post_2");
		this.one.ears().forEach(TcpLink::silence);
		load.awaitSuccess();
		load.assertNothingLost();
	}

	@Test
	void sendWhenBothWaysAreSilentThenNothingIsLost() {
		start(Redis.any(), "post_1", "post_2");
		Load load = load("post_1", "post_2");
		this.one.proxy().silence();
		load.awaitSuccess();
		load.assertNothingLost();
	}

	@Test
	void sendWhenRedisIsDownFailsAndIsNeverSentLater() {
		start(Redis.any(), "post_1");
		this.one.send("post_1", "before");
		this.server.kill();
		List<CompletableFuture<Position>> sends = IntStream.range(0, 100)
			.mapToObj((i) -> ((i % 2 == 0) ? this.one : this.two).sendAsync("post_1", "lost " + i))
			.toList();
		// At once: a driver that waits for the server would have them still
		this.server.restart();
		assertThat(sends).allSatisfy((send) -> assertThatExceptionOfType(RealtimeUnavailableException.class)
			.isThrownBy(() -> RedisInstance.get(send)));
		awaitSent(this.one, "after", "key");
		this.one.awaitText("post_1", "after");
		this.two.awaitText("post_1", "after");
		assertThat(this.one.texts("post_1")).containsExactly("before", "after");
		assertThat(this.two.texts("post_1")).containsExactly("before", "after");
		assertThat(RedisInstance.get(this.one.broker().history("post_1", null, 10)).publications()).hasSize(2);
	}

	/**
	 * Sends until it succeeds.
	 */
	private static Position awaitSent(RedisInstance instance, String text, String idempotencyKey) {
		AtomicReference<Position> position = new AtomicReference<>();
		await().atMost(RedisInstance.PATIENCE)
			.ignoreExceptionsInstanceOf(RealtimeUnavailableException.class)
			.until(() -> {
				position.set(RedisInstance.get(instance.sendAsync("post_1", text, idempotencyKey)));
				return true;
			});
		return position.get();
	}

	@Test
	void sendWhenItsAnswerIsLostAndItIsRepeatedIsThereOnce() {
		start(Redis.any(), "post_1");
		this.one.send("post_1", "before");
		this.one.mouths().forEach((link) -> link.silence(Direction.TO_CLIENT));
		assertThatExceptionOfType(RealtimeUnavailableException.class)
			.isThrownBy(() -> RedisInstance.get(this.one.sendAsync("post_1", "once", "key")));
		this.two.awaitText("post_1", "once");
		assertRepeatedIsThereOnce();
	}

	@Test
	void sendWhenItsAnswerIsLostAndRedisIsKilledAndItIsRepeatedIsThereOnce() {
		start(Redis.any(), "post_1");
		this.one.send("post_1", "before");
		this.one.mouths().forEach((link) -> link.stall(Direction.TO_CLIENT));
		CompletableFuture<Position> send = this.one.sendAsync("post_1", "once", "key");
		this.two.awaitText("post_1", "once");
		this.server.kill();
		assertThatExceptionOfType(RealtimeUnavailableException.class).isThrownBy(() -> RedisInstance.get(send));
		this.server.restart();
		assertRepeatedIsThereOnce();
	}

	@Test
	void sendWhenRedisStandsStillAndItIsRepeatedIsThereOnce() {
		start(Redis.any(), "post_1");
		this.one.send("post_1", "before");
		this.server.pause();
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(RealtimeUnavailableException.class)
				.isThrownBy(() -> RedisInstance.get(this.one.sendAsync("post_1", "once", "key")));
		}
		this.server.resume();
		assertRepeatedIsThereOnce();
	}

	private void assertRepeatedIsThereOnce() {
		Position position = awaitSent(this.one, "once", "key");
		assertThat(position.offset()).isEqualTo(2);
		assertThat(awaitSent(this.two, "once", "key")).isEqualTo(position);
		this.two.send("post_1", "after");
		for (RedisInstance instance : List.of(this.one, this.two)) {
			instance.awaitText("post_1", "after");
			assertThat(instance.texts("post_1")).containsExactly("before", "once", "after");
		}
	}

}
