package io.github.realtime.broker.redis;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Agrees with the other instances of a cluster on whether publications travel over
 * sharded pub/sub. The first instance decides, by what the servers support, and writes it
 * to Redis, since a later one may find servers that support more.
 */
final class PubSubAgreement {

	private static final String SHARDED = "sharded pub/sub";

	private static final String PLAIN = "pub/sub";

	private final boolean cluster;

	private final CommandRouter commands;

	private final String key;

	private volatile @Nullable Boolean sharded;

	private volatile boolean agreed;

	/**
	 * Creates it. Nothing is agreed yet if there is a cluster.
	 * @param cluster whether there is a cluster
	 * @param commands sends commands to its nodes
	 * @param key the key of what was agreed
	 */
	PubSubAgreement(boolean cluster, CommandRouter commands, String key) {
		this.cluster = cluster;
		this.commands = commands;
		this.key = key;
		this.sharded = cluster ? null : false;
		this.agreed = !cluster;
	}

	boolean isAgreed() {
		return this.agreed;
	}

	/**
	 * Agrees with the other instances.
	 * @return completes when it is known
	 */
	CompletableFuture<Void> agree() {
		Boolean before = this.sharded;
		return ((before != null) ? CompletableFuture.completedFuture(before) : this.commands.haveCommand("SSUBSCRIBE"))
			.thenCompose((sharded) -> this.commands.putIfAbsent(this.key, Bytes.of(sharded ? SHARDED : PLAIN)))
			.thenAccept((written) -> {
				this.sharded = SHARDED.equals(Bytes.text(written));
				this.agreed = true;
			});
	}

	/**
	 * Notes that the cluster may have lost what was agreed.
	 */
	void doubt() {
		this.agreed = !this.cluster;
	}

	/**
	 * Returns what was agreed.
	 * @return whether it is sharded, or {@code null} if nothing was agreed yet
	 */
	@Nullable Boolean sharded() {
		return this.sharded;
	}

}
