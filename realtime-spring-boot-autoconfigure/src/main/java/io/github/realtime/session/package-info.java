/**
 * Who is connected here: clients, subscriptions, the hub, outbound queues and command
 * handlers.
 */
@NullMarked
package io.github.realtime.session;

import org.jspecify.annotations.NullMarked;
