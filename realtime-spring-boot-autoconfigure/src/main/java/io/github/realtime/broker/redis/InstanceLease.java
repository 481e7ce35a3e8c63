package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.ArrayList;
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
 * Proves to other instances that this one is alive. What it holds on channels is listed
 * in Redis; when its lease has ended, one of the others removes that. It costs nothing
 * before something is held.
 */
final class InstanceLease {

	private static final Log logger = LogFactory.getLog(RedisLog.CATEGORY);

	/** Together with the time between renewals this is how long the dead go unnoticed. */
	private static final Duration DURATION = Duration.ofSeconds(9);

	private static final int MAX_AT_ONCE = 10_000;

	private static final long RENEWAL = DURATION.toNanos() / 3;

	private final ScriptRunner scripts;

	private final RedisKeys keys;

	private final Supplier<String> names;

	private final List<Holder> holders = new ArrayList<>();

	/** By channel how many holders have something there. */
	private final Map<String, Integer> held = new ConcurrentHashMap<>();

	/** The channels whose listing in Redis may be wrong. */
	private final Set<String> unsure = ConcurrentHashMap.newKeySet();

	/** Changes whenever everything is written again: the old name loses what it holds. */
	private volatile String name;

	/** The name that has a lease in Redis. */
	private volatile String known = "";

	private volatile boolean used;

	/** Redis may have lost something since the last tick. */
	private volatile boolean doubtful;

	private volatile long renewed;

	/**
	 * Creates it.
	 * @param scripts runs scripts
	 * @param keys names what is in Redis
	 * @param names makes names that no other instance has
	 */
	InstanceLease(ScriptRunner scripts, RedisKeys keys, Supplier<String> names) {
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
	 * @return the name, which changes if the lease is lost
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
	 * Begins to clean up after dead instances, as all do that hold something.
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
	 * Notes that Redis may have lost something, because another server may have taken
	 * over.
	 */
	void doubt() {
		this.doubtful = !this.known.isEmpty();
	}

	/**
	 * Notes that something is not held any more, which Redis knows already.
	 * @param channel the channel
	 */
	void release(String channel) {
		if (this.held.computeIfPresent(channel, (name, times) -> (times > 1) ? times - 1 : null) == null) {
			list(channel);
		}
	}

	/** One at a time, so that Redis ends up with the last state. */
	private synchronized void list(String channel) {
		this.unsure.remove(channel);
		list(this.name, this.held.containsKey(channel) ? "add" : "remove", channel).whenComplete((reply, failure) -> {
			if (failure != null) {
				this.unsure.add(channel);
			}
		});
	}

	/**
	 * Renews the lease in time, and cleans up after dead instances.
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
		this.scripts
			.run(new ScriptCall(Script.LEASE).with(ScriptKey.LEASES, this.keys.leases())
				.with(ScriptArgument.INSTANCE, name)
				.with(ScriptArgument.LEASE_TTL, DURATION.toMillis()))
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
				reply.stream().skip(1).map(Bytes::text).forEach(this::cleanUp);
			});
	}

	/**
	 * Writes everything that is held again, under another name. The lease of the old one
	 * ends by itself, and with it whatever Redis wrongly has of it.
	 */
	private void beginAgain() {
		synchronized (this) {
			this.name = this.names.get();
		}
		renew(System.nanoTime());
		this.unsure.addAll(this.held.keySet());
		this.holders.forEach(Holder::writeAgain);
	}

	/** One part after the other; if one fails, the next instance goes on from there. */
	private void cleanUp(String dead) {
		list(dead, "list", "").thenAccept((channels) -> {
			if (channels.isEmpty()) {
				list(dead, "end", "");
			}
			else {
				all(channels.stream().map((channel) -> cleanUp(dead, Bytes.text(channel))))
					.thenRun(() -> cleanUp(dead));
			}
		});
	}

	private CompletableFuture<?> cleanUp(String dead, String channel) {
		return all(this.holders.stream().map((holder) -> holder.cleanUp(dead, channel)))
			.thenCompose((done) -> list(dead, "remove", channel));
	}

	private static CompletableFuture<Void> all(Stream<CompletableFuture<?>> futures) {
		return CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new));
	}

	private CompletableFuture<List<Object>> list(String name, String action, String channel) {
		return this.scripts.run(new ScriptCall(Script.OCCUPIED).with(ScriptKey.LEASES, this.keys.leases())
			.with(ScriptKey.HELD_CHANNELS, this.keys.heldChannels(name))
			.with(ScriptArgument.INSTANCE, name)
			.with(ScriptArgument.ACTION, action)
			.with(ScriptArgument.CHANNEL, channel));
	}

	/**
	 * Chooses what is written again in one tick: not everything at once, and everything
	 * long before the lease ends.
	 * @param unsure what may be wrong in Redis
	 * @return some of it
	 */
	static <T> List<T> some(Set<T> unsure) {
		return unsure.stream().limit(MAX_AT_ONCE).toList();
	}

	/**
	 * Ends the lease if nothing is held any more.
	 */
	void close() {
		if (this.used && this.held.isEmpty()) {
			list(this.name, "end", "");
		}
	}

	/**
	 * Holds something on channels.
	 */
	interface Holder {

		/**
		 * Writes everything that this instance holds again, under its new name.
		 */
		void writeAgain();

		/**
		 * Removes what another instance held on a channel.
		 * @param dead the name of that instance
		 * @param channel the channel
		 * @return completes when it is done
		 */
		CompletableFuture<?> cleanUp(String dead, String channel);

	}

}
