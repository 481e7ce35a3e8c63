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
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * By which other instances see that this one lives. What it holds on channels is listed
 * in Redis; when its lease has ended, one of the others clears that away. Costs nothing
 * before something is held.
 */
final class InstanceLease {

	private static final Log logger = LogFactory.getLog(RedisBroker.class);

	/** With the time between two looks this is how long the dead stay unnoticed. */
	private static final Duration DURATION = Duration.ofSeconds(9);

	private static final int MAX_AT_ONCE = 10_000;

	private static final long RENEWAL = DURATION.toNanos() / 3;

	private final Scripts scripts;

	private final RedisKeys keys;

	private final Supplier<String> names;

	private final List<Holder> holders = new ArrayList<>();

	/** By channel how many hold something there. */
	private final Map<String, Integer> held = new ConcurrentHashMap<>();

	/** Of these it is not known whether they are listed as they should. */
	private final Set<String> unsure = ConcurrentHashMap.newKeySet();

	/** Another one whenever Redis is told again: what the old one had is cleared away. */
	private volatile String name;

	/** The name that Redis has heard of. */
	private volatile String known = "";

	private volatile boolean used;

	/** Redis may have lost something since the last look. */
	private volatile boolean doubtful;

	private volatile long renewed;

	/**
	 * Creates it.
	 * @param scripts runs scripts
	 * @param keys names what is in Redis
	 * @param names makes names that no other instance has
	 */
	InstanceLease(Scripts scripts, RedisKeys keys, Supplier<String> names) {
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
		use();
		if (this.held.merge(channel, 1, Integer::sum) == 1) {
			list(channel);
		}
	}

	/**
	 * Begins to look after the dead, as all do who hold something.
	 */
	void use() {
		synchronized (this) {
			if (this.used) {
				return;
			}
			this.used = true;
		}
		renew(System.nanoTime());
	}

	/**
	 * Notes that Redis may have lost something, as another server does that has taken
	 * over.
	 */
	void doubt() {
		this.doubtful = !this.known.isEmpty();
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
		if (this.used) {
			if (this.doubtful) {
				this.doubtful = false;
				beginAgain();
			}
			if (now - this.renewed >= RENEWAL) {
				renew(now);
			}
		}
		some(this.unsure).forEach(this::list);
	}

	private void renew(long now) {
		String name = this.name;
		boolean known = name.equals(this.known);
		this.renewed = now;
		this.scripts.run(Script.LEASE, this.keys.occupied(name), bytes(name, Long.toString(DURATION.toMillis())))
			.whenComplete((reply, failure) -> {
				if (failure != null) {
					return;
				}
				this.known = name;
				if (reply.get(0).equals(1L) && known) {
					logger.warn(
							"Redis did not hear of this instance in time, or lost what it knew of it; it is told again");
					this.doubtful = true;
				}
				reply.stream().skip(1).map(RedisBroker::text).forEach(this::clearAway);
			});
	}

	/**
	 * Tells Redis again all that is held, under another name. The old one ends by itself,
	 * and with it what Redis wrongly has of it.
	 */
	private void beginAgain() {
		synchronized (this) {
			this.name = this.names.get();
		}
		renew(System.nanoTime());
		this.unsure.addAll(this.held.keySet());
		this.holders.forEach(Holder::tellAgain);
	}

	/** A part at a time; if one fails, whoever is asked to next goes on there. */
	private void clearAway(String dead) {
		list(dead, "list", "").thenAccept((channels) -> {
			if (channels.isEmpty()) {
				list(dead, "end", "");
			}
			else {
				all(channels.stream().map((channel) -> clearAway(dead, RedisBroker.text(channel))))
					.thenRun(() -> clearAway(dead));
			}
		});
	}

	private CompletableFuture<?> clearAway(String dead, String channel) {
		return all(this.holders.stream().map((holder) -> holder.clearAway(dead, channel)))
			.thenCompose((done) -> list(dead, "remove", channel));
	}

	private static CompletableFuture<Void> all(Stream<CompletableFuture<?>> futures) {
		return CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new));
	}

	private CompletableFuture<List<Object>> list(String name, String what, String channel) {
		return this.scripts.run(Script.OCCUPIED, this.keys.occupied(name), bytes(name, what, channel));
	}

	/**
	 * Chooses what is told again at a time: not all at once, and all long before the
	 * lease ends.
	 * @param unsure what may not be known
	 * @return some of it
	 */
	static <T> List<T> some(Set<T> unsure) {
		return unsure.stream().limit(MAX_AT_ONCE).toList();
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
