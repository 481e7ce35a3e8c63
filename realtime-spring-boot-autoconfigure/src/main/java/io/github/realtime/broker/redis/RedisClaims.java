package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Claims tasks that only one instance may do. A claim ends by itself.
 */
final class RedisClaims {

	private final byte[] instance;

	private final ScriptRunner scripts;

	private final RedisKeys keys;

	/**
	 * Creates it.
	 * @param instance the name of this instance
	 * @param scripts runs scripts
	 * @param keys names what is in Redis
	 */
	RedisClaims(String instance, ScriptRunner scripts, RedisKeys keys) {
		this.instance = Bytes.of(instance);
		this.scripts = scripts;
		this.keys = keys;
	}

	CompletableFuture<Boolean> claim(String channel, String task, Duration atMost) {
		return run(channel, task, atMost.toMillis()).thenApply((reply) -> reply.get(0).equals(1L));
	}

	void release(String channel, String task) {
		run(channel, task, 0);
	}

	private CompletableFuture<List<Object>> run(String channel, String task, long ttl) {
		return this.scripts.run(new ScriptCall(Script.CLAIM).with(ScriptKey.CLAIM, this.keys.claim(channel, task))
			.with(ScriptArgument.INSTANCE, this.instance)
			.with(ScriptArgument.CLAIM_TTL, ttl));
	}

}
