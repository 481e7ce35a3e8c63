package io.github.realtime.action;

import java.util.function.BooleanSupplier;

import io.github.realtime.RealtimeClient;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * One call of an action.
 *
 * @param client who calls it, as it was then
 * @param isGone whether the connection that it came by has ended since
 * @param data the payload, as JSON
 * @param view the key of the page it comes from, if that has one
 */
record ActionCall(RealtimeClient client, BooleanSupplier isGone, Line data, @Nullable String view) {

}
