package io.github.realtime.broker;

import io.github.realtime.protocol.Line;

/**
 * One value of a channel's state.
 *
 * @param value the value, as JSON
 * @param offset of the publication that changed it last
 * @since 0.1.0
 */
public record StateEntry(Line value, long offset) {

}
