package io.github.realtime.broker.redis;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Whether the instances that share a cluster relay by sharded pub/sub. The first of them
 * decides, by what the servers say they can, and writes it down: those that come later
 * may see servers that can more.
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
	 * Creates a transport, which is not agreed upon yet if there is a cluster.
	 * @param cluster whether there is a cluster
	 * @param commands asks its nodes
	 * @param key where it is written
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
			.thenCompose((sharded) -> this.commands.putIfAbsent(this.key,
					(sharded ? SHARDED : PLAIN).getBytes(StandardCharsets.US_ASCII)))
			.thenAccept((written) -> {
				this.sharded = SHARDED.equals(new String(written, StandardCharsets.US_ASCII));
				this.agreed = true;
			});
	}

	/**
	 * Notes that the cluster may have lost what was written.
	 */
	void doubt() {
		this.agreed = !this.cluster;
	}

	/**
	 * Tells what was agreed.
	 * @return whether it is sharded, or {@code null} if nothing was agreed yet
	 */
	@Nullable Boolean sharded() {
		return this.sharded;
	}

}
