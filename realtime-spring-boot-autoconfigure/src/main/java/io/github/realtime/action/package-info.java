/**
 * Calls from clients: finding and invoking the application's
 * {@link io.github.realtime.RealtimeAction} methods.
 */
@NullMarked
package io.github.realtime.action;

import org.jspecify.annotations.NullMarked;
