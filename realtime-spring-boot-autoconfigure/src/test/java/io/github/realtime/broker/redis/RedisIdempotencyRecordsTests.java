package io.github.realtime.broker.redis;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.broker.IdempotencyRecord;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what several {@link RedisBroker}s know of what clients were answered.
 */
@Tag("processes")
class RedisIdempotencyRecordsTests {

	private static final String KEY = "test:{c1}:answer:op";

	@RegisterExtension
	final RedisExtension<RedisServer> redis = RedisExtension.server();

	private final RedisServer server = this.redis.get();

	private final RedisInstance one = this.redis.open(new RedisInstance(this.server));

	private final RedisInstance other = this.redis.open(new RedisInstance(this.server));

	@BeforeEach
	void awaitConnections() {
		for (RedisInstance instance : List.of(this.one, this.other)) {
			await().ignoreExceptions().until(() -> get(instance.broker().beginAnswer("ready", "op")) != null);
		}
	}

	@Test
	void answerIsKeptForAllInstances() {
		assertThat(begin(this.one)).isEqualTo(IdempotencyRecord.NONE);
		assertThat(begin(this.other)).isEqualTo(IdempotencyRecord.AWAITED);
		keep(this.one, "done");
		assertThat(begin(this.other)).isEqualTo(IdempotencyRecord.given("done"));
		keep(this.other, "another");
		assertThat(begin(this.one)).as("what somebody says who was not asked")
			.isEqualTo(IdempotencyRecord.given("done"));
		assertThat(this.server.reply("TTL", KEY)).asInstanceOf(InstanceOfAssertFactories.LONG).isBetween(1L, 300L);
	}

	@Test
	void whatTakesLongIsAwaitedForAsLongAndThenNoMore() {
		begin(this.one);
		String until = this.server.cli("GET", KEY);
		await().atMost(RedisInstance.PATIENCE).until(() -> !Objects.equals(this.server.cli("GET", KEY), until));
		assertThat(begin(this.other)).isEqualTo(IdempotencyRecord.AWAITED);
		keep(this.one, "done");
		assertThat(this.server.cli("GET", KEY)).isEqualTo("=done");
		this.one.broker().abandonAnswer("c1", "op");
		assertThat(begin(this.other)).isEqualTo(IdempotencyRecord.given("done"));
	}

	@Test
	void whatWasBegunWhereNothingIsHeardOfAnyMoreIsLostUntilItIs() {
		begin(this.one);
		this.one.proxy().down();
		await().atMost(RedisInstance.PATIENCE).until(() -> begin(this.other) != IdempotencyRecord.AWAITED);
		assertThat(begin(this.other)).isEqualTo(IdempotencyRecord.LOST);
		this.other.broker().abandonAnswer("c1", "op");
		assertThat(begin(this.other)).as("not to be begun by another").isEqualTo(IdempotencyRecord.LOST);
		this.one.proxy().up();
		await().atMost(RedisInstance.PATIENCE).until(() -> begin(this.other) == IdempotencyRecord.AWAITED);
		keep(this.one, "done after all");
		assertThat(begin(this.other)).isEqualTo(IdempotencyRecord.given("done after all"));
	}

	@Test
	void whatRedisHasLostIsBegunByNobodyElseOnceItIsTold() {
		begin(this.one);
		this.server.cli("FLUSHALL");
		await().atMost(RedisInstance.PATIENCE).until(() -> Objects.equals(this.server.reply("EXISTS", KEY), 1L));
		assertThat(begin(this.other)).isEqualTo(IdempotencyRecord.AWAITED);
	}

	@Test
	void whatWasNotBegunForLackOfRedisIsNotHeldUp() {
		assertThat(begin(this.other)).isEqualTo(IdempotencyRecord.NONE);
		this.other.broker().abandonAnswer("c1", "op");
		this.one.proxy().down();
		assertThatThrownBy(() -> begin(this.one)).hasCauseInstanceOf(RealtimeUnavailableException.class);
		assertThat(begin(this.other)).isEqualTo(IdempotencyRecord.NONE);
	}

	private static IdempotencyRecord begin(RedisInstance instance) {
		return get(instance.broker().beginAnswer("c1", "op"));
	}

	private static void keep(RedisInstance instance, String answer) {
		get(instance.broker().keepAnswer("c1", "op", answer));
	}

	private static <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(RedisInstance.PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex.getCause());
		}
	}

}
