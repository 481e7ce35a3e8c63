/**
 * Auto-configuration and the {@code realtime.*} properties. Internal, beside
 * {@link io.github.realtime.autoconfigure.RealtimeProperties}.
 */
@NullMarked
package io.github.realtime.autoconfigure;

import org.jspecify.annotations.NullMarked;
