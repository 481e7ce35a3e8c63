package io.github.realtime.sample;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.springframework.context.annotation.Profile;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.ZSetOperations.TypedTuple;
import org.springframework.stereotype.Repository;

/**
 * Keeps the baskets in Redis, as one sorted set, where every instance finds them.
 */
@Repository
@Profile("redis")
class RedisBaskets implements Baskets {

	private static final String KEY = "live-post:baskets";

	private static final Duration KEPT = Duration.ofDays(1);

	private final StringRedisTemplate redis;

	RedisBaskets(StringRedisTemplate redis) {
		this.redis = redis;
	}

	@Override
	public int add(String owner) {
		Double apples = this.redis.opsForZSet().incrementScore(KEY, owner, 1);
		this.redis.expire(KEY, KEPT);
		return apples.intValue();
	}

	@Override
	public List<Basket> fullest(int count) {
		return this.redis.opsForZSet()
			.reverseRangeWithScores(KEY, 0, count - 1)
			.stream()
			.map(RedisBaskets::basket)
			.toList();
	}

	private static Basket basket(TypedTuple<String> entry) {
		return new Basket(Objects.requireNonNull(entry.getValue()),
				Objects.requireNonNull(entry.getScore()).intValue());
	}

}
