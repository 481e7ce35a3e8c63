package io.github.realtime.broker.redis;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.github.realtime.testing.Direction;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import io.github.realtime.testing.TcpLink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Everything that may befall Redis and the ways to it, at random.
 */
@Tag("processes")
class RedisRandomFaultTests {

	private static final long DURATION = TimeUnit.SECONDS.toNanos(12);

	private static final String[] CHANNELS = { "score", "high_score", "/note/42" };

	private final long seed = new Random().nextLong();

	private final Random random = new Random(this.seed);

	private final List<Path> copies = new ArrayList<>();

	@RegisterExtension
	final RedisExtension<RedisServer> redis = RedisExtension.server();

	private final RedisServer server = this.redis.get();

	private final List<RedisInstance> instances = Stream
		.generate(() -> this.redis.open(new RedisInstance(this.server).subscribe(CHANNELS)))
		.limit(2)
		.toList();

	private final Load load = this.redis.open(new Load(this.instances, CHANNELS));

	@BeforeEach
	void printSeed() {
		System.out.println("seed " + this.seed);
	}

	@Test
	void sendWhenEverythingFailsAtRandomThenNothingIsLost() {
		strikeAtRandom(8);
		this.load.assertNothingLost();
	}

	@Test
	void sendWhenRedisAlsoLosesItsDataThenListenersAreToldAndGetNothingTwice() {
		strikeAtRandom(12);
		this.load.assertLossTold();
	}

	private void strikeAtRandom(int kinds) {
		long end = System.nanoTime() + DURATION;
		while (System.nanoTime() - end < 0) {
			strike(this.random.nextInt(kinds), this.instances.get(this.random.nextInt(this.instances.size())));
			pass(1500);
			if (this.random.nextInt(3) == 0) {
				this.load.awaitSuccess();
			}
		}
		this.load.awaitSuccess();
	}

	private void strike(int kind, RedisInstance instance) {
		switch (kind) {
			case 0 -> instance.proxy().cut();
			case 1 -> instance.ears().forEach(TcpLink::cut);
			case 2 -> instance.ears().forEach((link) -> link.silence(directions()));
			case 3 -> instance.mouths().forEach((link) -> link.silence(directions()));
			case 4 -> instance.proxy().silence(directions());
			case 5 -> {
				instance.proxy().stall(directions());
				pass(4000);
				instance.proxy().resume();
			}
			case 6 -> {
				this.server.pause();
				pass(4000);
				this.server.resume();
			}
			case 7 -> {
				this.server.kill();
				pass(1000);
				this.server.restart();
			}
			case 8 -> this.server.cli("FLUSHALL");
			case 9 -> this.server.restartEmpty();
			default -> {
				this.server.kill();
				this.copies.add(this.server.copyData());
				this.server.restartWith(this.copies.get(this.random.nextInt(this.copies.size())));
			}
		}
	}

	private Direction[] directions() {
		return switch (this.random.nextInt(3)) {
			case 0 -> new Direction[] { Direction.TO_CLIENT };
			case 1 -> new Direction[] { Direction.TO_SERVER };
			default -> Direction.values();
		};
	}

	private void pass(int millis) {
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(this.random.nextInt(millis)));
	}

}
