package io.github.realtime.broker.redis;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.broker.History;
import io.github.realtime.testing.Redis;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what a {@link RedisBroker} leaves behind.
 */
class RedisCloseTests {

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void closeWhenBrokersWereUsedThenNoThreadNoConnectionAndNoWordIsLeft(CapturedOutput output) {
		try (RedisServer server = RedisServer.start(Redis.any())) {
			useAndClose(server);
			Set<Thread> threads = threads();
			for (int i = 0; i < 20; i++) {
				useAndClose(server);
			}
			await().atMost(RedisInstance.PATIENCE).untilAsserted(() -> {
				assertThat(server.cli("CLIENT", "LIST").lines()).as("the one that asks").hasSize(1);
				assertThat(threads()).isSubsetOf(threads);
			});
			assertThat(output).doesNotContain("RedisBroker").doesNotContain("already closed");
		}
	}

	private static void useAndClose(RedisServer server) {
		try (RedisInstance instance = new RedisInstance(server, "test", 0)) {
			instance.subscribe("post_1").send("post_1", "1");
			instance.awaitText("post_1", "1");
		}
	}

	@Test
	void closeWhenRedisIsDownOrSilentThenNoThreadIsLeft() {
		Set<Thread> threads = threads();
		try (RedisServer server = RedisServer.start(Redis.any())) {
			for (int i = 0; i < 3; i++) {
				RedisInstance silent = new RedisInstance(server, "test", 0);
				silent.proxy().stall();
				RedisInstance down = new RedisInstance(server, "test", 0);
				down.proxy().down();
				CompletableFuture<Void> listening = silent.broker().subscribe("post_1");
				silent.close();
				down.close();
				assertThat(listening).as("subscribing").isDone();
			}
		}
		await().atMost(RedisInstance.PATIENCE).untilAsserted(() -> assertThat(threads()).isSubsetOf(threads));
	}

	@Test
	void futuresWhenTheBrokerIsClosedEnd() {
		try (RedisServer server = RedisServer.start(Redis.any())) {
			RedisInstance instance = new RedisInstance(server, "test", 0).subscribe("post_1");
			instance.proxy().stall();
			CompletableFuture<History> reading = instance.broker().history("post_1", null, 10);
			CompletableFuture<?> sending = instance.sendAsync("post_1", "1");
			CompletableFuture<Void> listening = instance.broker().subscribe("post_2");
			instance.broker().close();
			CompletableFuture<?> late = instance.sendAsync("post_1", "2");
			assertThat(List.of(reading, sending, listening, late)).allSatisfy((future) -> {
				await().atMost(RedisInstance.PATIENCE).until(future::isDone);
				assertThatExceptionOfType(RealtimeUnavailableException.class)
					.isThrownBy(() -> RedisInstance.get(future));
			});
			instance.close();
		}
	}

	/**
	 * Those that are there to stay: the others belong to the tests or the JVM.
	 */
	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().matches("(realtime-redis|lettuce|redisson|nioEventLoop).*"))
			.collect(Collectors.toSet());
	}

}
