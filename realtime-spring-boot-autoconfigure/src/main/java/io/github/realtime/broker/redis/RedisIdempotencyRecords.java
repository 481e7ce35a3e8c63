package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.github.realtime.broker.IdempotencyRecord;

/**
 * What clients were answered. Whoever is about to do something says so first, and again
 * and again for as long as it takes: where nothing was heard of that any more, nobody can
 * tell whether it was done. Costs nothing before something is begun.
 */
final class RedisIdempotencyRecords {

	private static final byte[] KEPT = RedisBroker.number(Duration.ofMinutes(5).toMillis());

	/** For so long an instance need not be heard of. */
	private static final Duration LEASE = Duration.ofSeconds(10);

	private static final byte[] LEASE_MILLIS = RedisBroker.number(LEASE.toMillis());

	private static final long RENEWAL = LEASE.toNanos() / 3;

	private final byte[] instance;

	private final InstanceLease.Scripts scripts;

	private final RedisKeys keys;

	/** By the key of what is being done here, when Redis last was told. */
	private final ConcurrentMap<String, Long> begun = new ConcurrentHashMap<>();

	/**
	 * Creates it.
	 * @param instance names this instance
	 * @param scripts runs scripts
	 * @param keys names what is in Redis
	 */
	RedisIdempotencyRecords(String instance, InstanceLease.Scripts scripts, RedisKeys keys) {
		this.instance = RedisBroker.bytes(instance);
		this.scripts = scripts;
		this.keys = keys;
	}

	CompletableFuture<IdempotencyRecord> begin(String clientId, String op) {
		String key = this.keys.answer(clientId, op);
		return this.scripts.run(Script.BEGIN, new String[] { key }, List.of(this.instance, LEASE_MILLIS, KEPT))
			.whenComplete((reply, failure) -> {
				if (failure != null) {
					// It may be on its way still, and nothing is done about it
					tell(key, "abandon", LEASE_MILLIS);
				}
			})
			.thenApply((reply) -> switch (RedisBroker.text(reply.get(0))) {
				case "begun" -> {
					this.begun.put(key, System.nanoTime());
					yield IdempotencyRecord.NONE;
				}
				case "awaited" -> IdempotencyRecord.AWAITED;
				case "given" -> IdempotencyRecord.given(RedisBroker.text(reply.get(1)));
				default -> IdempotencyRecord.LOST;
			});
	}

	CompletableFuture<?> keep(String clientId, String op, String answer) {
		String key = this.keys.answer(clientId, op);
		this.begun.remove(key);
		return tell(key, "keep", RedisBroker.bytes(answer));
	}

	void abandon(String clientId, String op) {
		String key = this.keys.answer(clientId, op);
		this.begun.remove(key);
		tell(key, "abandon", LEASE_MILLIS);
	}

	/**
	 * Says again what is still being done.
	 * @param now the time in nanoseconds
	 */
	void tick(long now) {
		this.begun.keySet().forEach((key) -> this.begun.computeIfPresent(key, (same, told) -> {
			if (now - told < RENEWAL) {
				return told;
			}
			// In here, so that nothing is said after its end
			tell(key, "go on", LEASE_MILLIS);
			return now;
		}));
	}

	private CompletableFuture<List<Object>> tell(String key, String what, byte[] argument) {
		return this.scripts.run(Script.ANSWER, new String[] { key },
				List.of(this.instance, RedisBroker.bytes(what), argument, KEPT));
	}

}
