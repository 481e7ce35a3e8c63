package io.github.realtime.session;

import io.github.realtime.Position;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * What a client subscribes to.
 *
 * @param channel the channel
 * @param since the client's position, if it has one
 * @param state whether it wants the channel's state
 * @param member the member that it becomes, as JSON, if others see it
 * @param presence whether it wants to know who is on the channel
 */
record SubscribeRequest(String channel, @Nullable Position since, boolean state, @Nullable Line member,
		boolean presence) {

}
