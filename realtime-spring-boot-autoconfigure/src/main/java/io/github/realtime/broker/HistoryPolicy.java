package io.github.realtime.broker;

import java.time.Duration;

/**
 * How much of a channel's stream is kept: what any of the bounds excludes is dropped,
 * oldest first.
 *
 * @param size how many publications; 0 for none
 * @param bytes how many bytes of JSON, in all; the newest publication is kept even if it
 * is larger
 * @param ttl for how long
 * @since 0.1.0
 */
public record HistoryPolicy(int size, long bytes, Duration ttl) {

}
