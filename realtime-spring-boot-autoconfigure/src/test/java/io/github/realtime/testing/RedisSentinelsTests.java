package io.github.realtime.testing;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisSentinels}.
 */
@Tag("processes")
class RedisSentinelsTests {

	@ParameterizedTest
	@MethodSource("io.github.realtime.testing.Redis#available")
	void failoverWhenMasterIsKilledThenItsReplicaWithTheDataIsMaster(Redis redis) {
		try (RedisSentinels sentinels = RedisSentinels.start(redis, 1)) {
			RedisServer master = sentinels.master();
			master.cli("SET", "key", "value");
			assertThat(master.cli("WAIT", "1", "10000")).isEqualTo("1");
			RedisServer dead = sentinels.failover();
			assertThat(dead).isSameAs(master);
			assertThat(sentinels.master()).isNotSameAs(master);
			assertThat(sentinels.master().cli("GET", "key")).isEqualTo("value");
			assertThat(sentinels.master().cli("SET", "key", "later")).isEqualTo("OK");
		}
	}

}
