/**
 * What applications call, receive and catch. Start with
 * {@link io.github.realtime.RealtimeTemplate}. Applications implement no more than
 * {@link io.github.realtime.PresenceInfo} and
 * {@link io.github.realtime.ActionErrorHandler}, and throw
 * {@link io.github.realtime.RefusedException}. API.
 */
@NullMarked
package io.github.realtime;

import org.jspecify.annotations.NullMarked;
