package io.github.realtime.sample;

import java.time.Instant;
import java.util.UUID;

import org.springframework.context.annotation.Profile;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.HashOperations;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * Counts the open windows of all instances: each writes down every second how many it
 * has, so that one which died is forgotten.
 */
@Component
@Profile("redis")
class RedisWindows extends Windows {

	private static final String KEY = "live-post:windows";

	private static final int FORGOTTEN_AFTER = 5;

	private final String instance = UUID.randomUUID().toString();

	private final HashOperations<String, String, String> counts;

	RedisWindows(StringRedisTemplate redis) {
		this.counts = redis.opsForHash();
	}

	@Override
	int count() {
		long now = Instant.now().getEpochSecond();
		try {
			this.counts.put(KEY, this.instance, super.count() + " " + now);
			int count = 0;
			for (var entry : this.counts.entries(KEY).entrySet()) {
				String[] countAndTime = entry.getValue().split(" ");
				if (now - Long.parseLong(countAndTime[1]) < FORGOTTEN_AFTER) {
					count += Integer.parseInt(countAndTime[0]);
				}
				else {
					this.counts.delete(KEY, entry.getKey());
				}
			}
			return count;
		}
		catch (DataAccessException ex) {
			return super.count();
		}
	}

}
