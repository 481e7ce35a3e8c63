package io.github.realtime.broker.redis;

import io.github.realtime.Position;

/**
 * A position that Redis has assigned.
 *
 * @param position the position
 * @param term the term in which it was assigned, see {@code channel.lua}; empty if that
 * is not known
 */
record AssignedPosition(Position position, String term) {
}
