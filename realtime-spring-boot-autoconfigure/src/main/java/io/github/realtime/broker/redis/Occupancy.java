package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.github.realtime.BrokerListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The channels on which this instance has clients, and the lease by which others see that
 * it lives. Costs nothing before the first one.
 */
final class Occupancy {

	private static final Log logger = LogFactory.getLog(RedisBroker.class);

	/** With the time between two looks this is how long the dead stay unnoticed. */
	private static final Duration LEASE = Duration.ofSeconds(9);

	private static final long RENEWAL = LEASE.toNanos() / 3;

	private final Runner scripts;

	private final Keys keys;

	private final Supplier<String> names;

	private final Supplier<BrokerListener> listener;

	private final Set<String> occupied = ConcurrentHashMap.newKeySet();

	/** Of these it is not known whether Redis knows. */
	private final Set<String> unsure = ConcurrentHashMap.newKeySet();

	/** Another one whenever its lease has ended: what the old one had is cleared away. */
	private volatile String name;

	private boolean leased;

	private long renewed;

	/**
	 * Creates it.
	 * @param scripts runs scripts
	 * @param keys names what is in Redis
	 * @param names makes names that no other instance has
	 * @param listener is told
	 */
	Occupancy(Runner scripts, Keys keys, Supplier<String> names, Supplier<BrokerListener> listener) {
		this.scripts = scripts;
		this.keys = keys;
		this.names = names;
		this.listener = listener;
		this.name = names.get();
	}

	void occupy(String channel) {
		this.occupied.add(channel);
		tell(channel, false);
	}

	void vacate(String channel) {
		this.occupied.remove(channel);
		tell(channel, false);
	}

	private synchronized void tell(String channel, boolean again) {
		if (!this.leased) {
			this.leased = true;
			renew(System.nanoTime());
		}
		String name = this.name;
		this.unsure.remove(channel);
		if (this.occupied.contains(channel)) {
			list(name, "add", channel);
			tell(channel, this.scripts.run(Script.OCCUPY, key(channel), bytes(name)),
					() -> this.listener.get().onOccupied(channel));
		}
		else {
			tell(channel, this.scripts.run(Script.VACATE, key(channel), bytes(name, again ? "1" : "0")),
					() -> this.listener.get().onVacated(channel));
			list(name, "remove", channel);
		}
	}

	private void tell(String channel, CompletableFuture<List<Object>> reply, Runnable turn) {
		reply.whenComplete((answer, failure) -> {
			if (failure != null) {
				this.unsure.add(channel);
			}
			else if (answer.get(0).equals(1L)) {
				turn.run();
			}
		});
	}

	/**
	 * Keeps the lease, tells again what may not be known, and clears away after the dead.
	 * @param now the time in nanoseconds
	 */
	synchronized void tick(long now) {
		if (this.leased) {
			new ArrayList<>(this.unsure).forEach((channel) -> tell(channel, true));
			if (now - this.renewed >= RENEWAL) {
				renew(now);
			}
		}
	}

	private void renew(long now) {
		boolean first = this.renewed == 0;
		String name = this.name;
		this.renewed = now;
		this.scripts.run(Script.LEASE, this.keys.occupied(name), bytes(name, Long.toString(LEASE.toMillis())))
			.whenComplete((reply, failure) -> {
				if (failure != null) {
					return;
				}
				if (reply.get(0).equals(1L) && !first) {
					lapsed(name);
				}
				reply.stream().skip(1).map(RedisBroker::text).forEach(this::clearAway);
			});
	}

	private synchronized void lapsed(String name) {
		if (!this.name.equals(name)) {
			return;
		}
		logger.warn("Redis did not hear of this instance in time, or lost what it knew of it; it is told again");
		list(name, "end", "");
		this.name = this.names.get();
		this.renewed = 0;
		renew(System.nanoTime());
		this.unsure.addAll(this.occupied);
	}

	private void clearAway(String dead) {
		list(dead, "list", "").thenCompose((channels) -> {
			List<CompletableFuture<?>> vacated = new ArrayList<>();
			channels.stream().map(RedisBroker::text).forEach((channel) -> {
				CompletableFuture<List<Object>> reply = this.scripts.run(Script.VACATE, key(channel), bytes(dead, "0"));
				vacated.add(reply);
				reply.thenAccept((answer) -> {
					if (answer.get(0).equals(1L)) {
						this.listener.get().onVacated(channel);
					}
				});
			});
			return CompletableFuture.allOf(vacated.toArray(CompletableFuture<?>[]::new));
		}).thenRun(() -> list(dead, "end", ""));
	}

	private CompletableFuture<List<Object>> list(String name, String what, String channel) {
		return this.scripts.run(Script.OCCUPIED, this.keys.occupied(name), bytes(name, what, channel));
	}

	private String[] key(String channel) {
		return new String[] { this.keys.occupants(channel) };
	}

	private static List<byte[]> bytes(String... texts) {
		return Arrays.stream(texts).map(RedisBroker::bytes).toList();
	}

	/**
	 * Says goodbye, if there is nothing to be cleared away.
	 */
	void close() {
		if (this.leased && this.occupied.isEmpty() && this.unsure.isEmpty()) {
			list(this.name, "end", "");
		}
	}

	/**
	 * Runs scripts.
	 */
	@FunctionalInterface
	interface Runner {

		CompletableFuture<List<Object>> run(Script script, String[] keys, List<byte[]> arguments);

	}

}
