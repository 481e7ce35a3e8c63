package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.github.realtime.broker.IdempotencyRecord;

/**
 * What clients asked for and were answered. The instance that does something writes that
 * it has begun, and renews this until it is done: when the renewals stop, nobody can tell
 * whether it was done. It costs nothing before something is begun.
 */
final class RedisIdempotencyRecords {

	private static final byte[] RECORD_TTL = Bytes.of(Duration.ofMinutes(5).toMillis());

	/** How long a call counts as being done without a renewal. */
	private static final Duration LEASE = Duration.ofSeconds(10);

	private static final byte[] LEASE_TTL = Bytes.of(LEASE.toMillis());

	private static final long RENEWAL = LEASE.toNanos() / 3;

	private final byte[] instance;

	private final ScriptRunner scripts;

	private final RedisKeys keys;

	/** By the key of what is being done here, when it was last renewed. */
	private final ConcurrentMap<String, Long> begun = new ConcurrentHashMap<>();

	/**
	 * Creates it.
	 * @param instance the name of this instance
	 * @param scripts runs scripts
	 * @param keys names what is in Redis
	 */
	RedisIdempotencyRecords(String instance, ScriptRunner scripts, RedisKeys keys) {
		this.instance = Bytes.of(instance);
		this.scripts = scripts;
		this.keys = keys;
	}

	CompletableFuture<IdempotencyRecord> begin(String clientId, String op) {
		String key = this.keys.idempotencyRecord(clientId, op);
		return this.scripts.run(call(Script.BEGIN, key).with(ScriptArgument.LEASE_TTL, LEASE_TTL))
			.whenComplete((reply, failure) -> {
				if (failure != null) {
					// The script may still run, and nothing is done about it
					update(key, "abandon", LEASE_TTL);
				}
			})
			.thenApply((reply) -> switch (Bytes.text(reply.get(0))) {
				case "begun" -> {
					this.begun.put(key, System.nanoTime());
					yield IdempotencyRecord.NONE;
				}
				case "awaited" -> IdempotencyRecord.AWAITED;
				case "given" -> IdempotencyRecord.given(Bytes.text(reply.get(1)));
				default -> IdempotencyRecord.LOST;
			});
	}

	CompletableFuture<?> keep(String clientId, String op, String answer) {
		String key = this.keys.idempotencyRecord(clientId, op);
		this.begun.remove(key);
		return update(key, "keep", Bytes.of(answer));
	}

	void abandon(String clientId, String op) {
		String key = this.keys.idempotencyRecord(clientId, op);
		this.begun.remove(key);
		update(key, "abandon", LEASE_TTL);
	}

	/**
	 * Renews what is still being done.
	 * @param now the time in nanoseconds
	 */
	void tick(long now) {
		this.begun.keySet().forEach((key) -> this.begun.computeIfPresent(key, (same, renewed) -> {
			if (now - renewed < RENEWAL) {
				return renewed;
			}
			// In here, so that no renewal comes after the end
			update(key, "go on", LEASE_TTL);
			return now;
		}));
	}

	private CompletableFuture<List<Object>> update(String key, String action, byte[] leaseOrAnswer) {
		return this.scripts.run(call(Script.ANSWER, key).with(ScriptArgument.ACTION, action)
			.with(ScriptArgument.LEASE_TTL_OR_ANSWER, leaseOrAnswer));
	}

	private ScriptCall call(Script script, String key) {
		return new ScriptCall(script).with(ScriptKey.IDEMPOTENCY_RECORD, key)
			.with(ScriptArgument.INSTANCE, this.instance)
			.with(ScriptArgument.RECORD_TTL, RECORD_TTL);
	}

}
