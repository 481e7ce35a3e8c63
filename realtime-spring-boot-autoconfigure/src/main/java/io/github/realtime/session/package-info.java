/**
 * The clients that are connected to this instance: hub, subscriptions, outbound queues
 * and command handlers. Internal.
 */
@NullMarked
package io.github.realtime.session;

import org.jspecify.annotations.NullMarked;
