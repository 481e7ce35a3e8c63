package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.List;

import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what several {@link RedisBroker}s know of each other's clients, and for what
 * one of them does for all.
 */
@Tag("processes")
class RedisOccupancyTests {

	@RegisterExtension
	final RedisExtension<RedisServer> redis = RedisExtension.server();

	private final RedisServer server = this.redis.get();

	private final RedisInstance one = this.redis.open(new RedisInstance(this.server));

	private final RedisInstance other = this.redis.open(new RedisInstance(this.server));

	@Test
	void firstAndLastAreToldOnOneInstanceEach() {
		this.one.broker().occupy("post_1");
		awaitOccupancy(this.one, "occupied post_1");
		this.other.broker().occupy("post_1");
		settle();
		this.one.broker().vacate("post_1");
		settle();
		assertThat(this.other.occupancy()).isEmpty();
		this.other.broker().vacate("post_1");
		awaitOccupancy(this.other, "vacated post_1");
		this.other.broker().occupy("post_1");
		this.other.broker().occupy("post_2");
		awaitOccupancy(this.other, "vacated post_1", "occupied post_1", "occupied post_2");
		assertThat(this.one.occupancy()).containsExactly("occupied post_1");
	}

	@Test
	void vacatedWhenNothingIsLeftThenRedisHasNothing() {
		this.one.broker().occupy("post_1");
		this.one.broker().vacate("post_1");
		awaitOccupancy(this.one, "occupied post_1", "vacated post_1");
		this.one.close();
		await().atMost(RedisInstance.PATIENCE).until(() -> this.server.cli("KEYS", "*").isBlank());
	}

	@Test
	void instanceThatIsNotHeardOfIsClearedAwayAndComesBack() {
		this.other.broker().occupy("elsewhere");
		awaitOccupancy(this.other, "occupied elsewhere");
		this.one.broker().occupy("post_1");
		this.one.broker().occupy("elsewhere");
		awaitOccupancy(this.one, "occupied post_1");
		settle();
		this.one.proxy().down();
		awaitOccupancy(this.other, "occupied elsewhere", "vacated post_1");
		this.one.proxy().up();
		awaitOccupancy(this.one, "occupied post_1", "occupied post_1");
		await().atMost(RedisInstance.PATIENCE)
			.until(() -> this.server.cli("SCARD", "test:{elsewhere}:occupants").strip().equals("2"));
		this.other.broker().vacate("elsewhere");
		settle();
		this.one.broker().vacate("elsewhere");
		awaitOccupancy(this.one, "occupied post_1", "occupied post_1", "vacated elsewhere");
		assertThat(this.other.occupancy()).containsExactly("occupied elsewhere", "vacated post_1");
	}

	@Test
	void instanceThatWasNotHeardOfIsClearedAwayThoughWhoBeganToHasDied() {
		this.one.broker().occupy("post_1");
		awaitOccupancy(this.one, "occupied post_1");
		settle();
		String leases = "test:{occupancy}:leases";
		String name = this.server.cli("ZRANGE", leases, "0", "-1").strip();
		String end = this.server.cli("ZSCORE", leases, name).strip();
		this.server.cli("EVAL",
				"redis.call('ZREM', KEYS[1], ARGV[1]) redis.call('ZADD', KEYS[1], ARGV[2], 'dead:' .. ARGV[1])", "1",
				leases, name, end);
		await().atMost(RedisInstance.PATIENCE)
			.until(() -> this.server.cli("SCARD", "test:{post_1}:occupants").strip().equals("2"));
		this.one.broker().vacate("post_1");
		await().atMost(RedisInstance.PATIENCE)
			.untilAsserted(() -> assertThat(this.one.occupancy()).contains("vacated post_1"));
	}

	@Test
	void instancesThatLiveAreNotClearedAwayWhereNoneCouldRenewItsLease() {
		this.one.broker().occupy("post_1");
		this.other.broker().occupy("post_2");
		awaitOccupancy(this.one, "occupied post_1");
		awaitOccupancy(this.other, "occupied post_2");
		String leases = "test:{occupancy}:leases";
		// As if Redis had been away for longer than they last
		this.server.cli("EVAL", "for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do "
				+ "redis.call('ZADD', KEYS[1], 1, name) end", "1", leases);
		await().atMost(RedisInstance.PATIENCE)
			.until(() -> Long.parseLong(this.server.cli("ZCOUNT", leases, "2", "+inf").strip()) == 2);
		await().atMost(RedisInstance.PATIENCE).until(() -> renewals(leases).stream().distinct().count() == 2);
		assertThat(this.server.cli("ZRANGE", leases, "0", "-1")).doesNotContain("dead:");
		assertThat(this.server.cli("SCARD", "test:{post_1}:occupants").strip()).isEqualTo("1");
		assertThat(this.one.occupancy()).containsExactly("occupied post_1");
		assertThat(this.other.occupancy()).containsExactly("occupied post_2");
	}

	private List<String> renewals(String leases) {
		return this.server.cli("ZRANGE", leases, "0", "-1", "WITHSCORES")
			.lines()
			.filter((line) -> line.matches("\\d{13}"))
			.toList();
	}

	@Test
	void vacateWhenRedisIsAwayIsToldWhenItIsBack() {
		this.one.broker().occupy("post_1");
		awaitOccupancy(this.one, "occupied post_1");
		this.one.proxy().down();
		this.one.broker().vacate("post_1");
		this.one.broker().occupy("post_2");
		this.one.proxy().up();
		await().atMost(RedisInstance.PATIENCE)
			.untilAsserted(() -> assertThat(this.one.occupancy()).containsExactlyInAnyOrder("occupied post_1",
					"vacated post_1", "occupied post_2"));
	}

	@Test
	void claimIsOneInstancesUntilItIsReleasedOrOver() {
		Duration minute = Duration.ofMinutes(1);
		assertThat(RedisInstance.get(this.one.broker().claim("post_1", "load:a", minute))).isTrue();
		assertThat(RedisInstance.get(this.other.broker().claim("post_1", "load:a", minute))).isFalse();
		assertThat(RedisInstance.get(this.other.broker().claim("post_1", "load:b", minute))).isTrue();
		this.other.broker().release("post_1", "load:a");
		assertThat(RedisInstance.get(this.other.broker().claim("post_1", "load:a", minute))).as("it was not its own")
			.isFalse();
		this.one.broker().release("post_1", "load:a");
		await().atMost(RedisInstance.PATIENCE)
			.until(() -> RedisInstance.get(this.other.broker().claim("post_1", "load:a", Duration.ofMillis(100))));
		await().atMost(RedisInstance.PATIENCE)
			.until(() -> RedisInstance.get(this.one.broker().claim("post_1", "load:a", minute)));
	}

	private void settle() {
		RedisInstance.get(this.one.broker().history("post_1", null, 0));
		RedisInstance.get(this.other.broker().history("post_1", null, 0));
	}

	private static void awaitOccupancy(RedisInstance instance, String... events) {
		await().atMost(RedisInstance.PATIENCE)
			.untilAsserted(() -> assertThat(instance.occupancy()).containsExactly(events));
	}

}
