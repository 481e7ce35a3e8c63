/**
 * Finds an application's {@link io.github.realtime.annotation.RealtimeAction} methods and
 * calls them for clients. Internal.
 */
@NullMarked
package io.github.realtime.action;

import org.jspecify.annotations.NullMarked;
