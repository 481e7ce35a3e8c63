/**
 * What applications call, and the seam between instances,
 * {@link io.github.realtime.Broker}.
 */
@NullMarked
package io.github.realtime;

import org.jspecify.annotations.NullMarked;
