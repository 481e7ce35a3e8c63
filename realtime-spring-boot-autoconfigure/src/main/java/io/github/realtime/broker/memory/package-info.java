/**
 * The embedded broker: everything in this process.
 */
@NullMarked
package io.github.realtime.broker.memory;

import org.jspecify.annotations.NullMarked;
