/**
 * What applications call, receive and catch. Start with
 * {@link io.github.realtime.RealtimeTemplate}. API.
 */
@NullMarked
package io.github.realtime;

import org.jspecify.annotations.NullMarked;
