package io.github.realtime.broker.redis;

import io.github.realtime.Position;

/**
 * A position that was given out.
 *
 * @param position the position
 * @param term in which term, see {@code channel.lua}; empty if that is not known
 */
record AssignedPosition(Position position, String term) {
}
