package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * By which other instances see that this one lives. What it holds on channels is listed
 * in Redis; when its lease has ended, one of the others clears that away. Costs nothing
 * before something is held.
 */
final class Lease {

	private static final Log logger = LogFactory.getLog(RedisBroker.class);

	/** With the time between two looks this is how long the dead stay unnoticed. */
	private static final Duration DURATION = Duration.ofSeconds(9);

	private static final long RENEWAL = DURATION.toNanos() / 3;

	private final Scripts scripts;

	private final Keys keys;

	private final Supplier<String> names;

	private final List<Holder> holders = new ArrayList<>();

	/** By channel how many hold something there. */
	private final Map<String, Integer> held = new ConcurrentHashMap<>();

	/** Of these it is not known whether they are listed as they should. */
	private final Set<String> unsure = ConcurrentHashMap.newKeySet();

	/** Another one whenever its lease has ended: what the old one had is cleared away. */
	private volatile String name;

	private volatile boolean used;

	private long renewed;

	/**
	 * Creates it.
	 * @param scripts runs scripts
	 * @param keys names what is in Redis
	 * @param names makes names that no other instance has
	 */
	Lease(Scripts scripts, Keys keys, Supplier<String> names) {
		this.scripts = scripts;
		this.keys = keys;
		this.names = names;
		this.name = names.get();
	}

	void add(Holder holder) {
		this.holders.add(holder);
	}

	/**
	 * Returns the name of this instance.
	 * @return the name, for as long as the lease lasts
	 */
	String name() {
		return this.name;
	}

	/**
	 * Notes that something is about to be held on a channel.
	 * @param channel the channel
	 */
	void hold(String channel) {
		synchronized (this) {
			if (!this.used) {
				this.used = true;
				renew(System.nanoTime());
			}
		}
		if (this.held.merge(channel, 1, Integer::sum) == 1) {
			list(channel);
		}
	}

	/**
	 * Notes that something is not held any more, as Redis knows.
	 * @param channel the channel
	 */
	void release(String channel) {
		if (this.held.computeIfPresent(channel, (name, times) -> (times > 1) ? times - 1 : null) == null) {
			list(channel);
		}
	}

	/** One at a time, so that the last word is right. */
	private synchronized void list(String channel) {
		this.unsure.remove(channel);
		list(this.name, this.held.containsKey(channel) ? "add" : "remove", channel).whenComplete((reply, failure) -> {
			if (failure != null) {
				this.unsure.add(channel);
			}
		});
	}

	/**
	 * Renews it in time, and clears away after the dead.
	 * @param now the time in nanoseconds
	 */
	void tick(long now) {
		synchronized (this) {
			if (this.used && now - this.renewed >= RENEWAL) {
				renew(now);
			}
		}
		List.copyOf(this.unsure).forEach(this::list);
	}

	private void renew(long now) {
		boolean first = this.renewed == 0;
		String name = this.name;
		this.renewed = now;
		this.scripts.run(Script.LEASE, this.keys.occupied(name), bytes(name, Long.toString(DURATION.toMillis())))
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

	private void lapsed(String name) {
		synchronized (this) {
			if (!this.name.equals(name)) {
				return;
			}
			logger.warn("Redis did not hear of this instance in time, or lost what it knew of it; it is told again");
			// The old one ends by itself: who was to clear away after it may not have
			// done so
			this.name = this.names.get();
			this.renewed = 0;
			renew(System.nanoTime());
		}
		this.unsure.addAll(this.held.keySet());
		this.holders.forEach(Holder::tellAgain);
	}

	private void clearAway(String dead) {
		list(dead, "list", "").thenCompose((channels) -> CompletableFuture.allOf(channels.stream()
			.map(RedisBroker::text)
			.flatMap((channel) -> this.holders.stream().map((holder) -> holder.clearAway(dead, channel)))
			.toArray(CompletableFuture<?>[]::new))).thenRun(() -> list(dead, "end", ""));
	}

	private CompletableFuture<List<Object>> list(String name, String what, String channel) {
		return this.scripts.run(Script.OCCUPIED, this.keys.occupied(name), bytes(name, what, channel));
	}

	static List<byte[]> bytes(String... texts) {
		return Arrays.stream(texts).map(RedisBroker::bytes).toList();
	}

	/**
	 * Ends it, if there is nothing to be cleared away.
	 */
	void close() {
		if (this.used && this.held.isEmpty()) {
			list(this.name, "end", "");
		}
	}

	/**
	 * Runs scripts.
	 */
	@FunctionalInterface
	interface Scripts {

		CompletableFuture<List<Object>> run(Script script, String[] keys, List<byte[]> arguments);

	}

	/**
	 * What holds something on channels.
	 */
	interface Holder {

		/**
		 * Tells Redis again all that this instance holds, under its new name.
		 */
		void tellAgain();

		/**
		 * Clears away what another instance held on a channel.
		 * @param dead the name of that instance
		 * @param channel the channel
		 * @return completes when it is done
		 */
		CompletableFuture<?> clearAway(String dead, String channel);

	}

}
