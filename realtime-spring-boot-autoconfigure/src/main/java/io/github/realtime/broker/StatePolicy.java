package io.github.realtime.broker;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How much state a channel may have, and for how long.
 *
 * @param size how many bytes of keys and of values as JSON, in all
 * @param keys how many keys
 * @param ttl how long all of it is kept after its last change; {@code null} for good
 * @since 0.1.0
 */
public record StatePolicy(long size, int keys, @Nullable Duration ttl) {

	/** 4 MB and 10,000 keys, for good. */
	public static final StatePolicy DEFAULT = new StatePolicy(4 * 1024 * 1024, 10_000, null);

}
