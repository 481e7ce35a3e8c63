package io.github.realtime.broker.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.realtime.testing.Direction;
import io.github.realtime.testing.Redis;
import io.github.realtime.testing.RedisServer;
import io.github.realtime.testing.TcpLink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisBroker} with a server, or a way to it, that fails for a while and
 * loses nothing.
 */
class RedisFaultTests {

	private final List<AutoCloseable> opened = new ArrayList<>();

	private RedisServer server;

	private Instance one;

	private Instance two;

	private void start(Redis redis, String... channels) {
		this.server = open(RedisServer.start(redis));
		this.one = open(new Instance(this.server).subscribe(channels));
		this.two = open(new Instance(this.server).subscribe(channels));
	}

	private Load load(String... channels) {
		return open(new Load(List.of(this.one, this.two), channels));
	}

	private <T extends AutoCloseable> T open(T resource) {
		this.opened.add(0, resource);
		return resource;
	}

	@AfterEach
	void closeAll() throws Exception {
		for (AutoCloseable resource : this.opened) {
			resource.close();
		}
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
		load.awaitSuccess();
		load.assertNothingLost();
	}

	@Test
	void sendWhenAnswersAreLostThenNothingIsDoubled() {
		start(Redis.any(), "post_1", "post_2");
		Load load = load("post_1", "post_2");
		this.one.mouths().forEach((link) -> link.silence(Direction.TO_CLIENT));
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

}
