package io.github.realtime.broker.redis;

/**
 * All classes of the broker log in one category, so that one level applies to everything
 * about Redis. It is written as text, since no class has to know the broker for it.
 */
final class RedisLog {

	static final String CATEGORY = "io.github.realtime.broker.redis.RedisBroker";

	private RedisLog() {
	}

}
