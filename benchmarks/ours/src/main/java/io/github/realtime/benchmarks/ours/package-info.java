/**
 * An application with the starter.
 */
@NullMarked
package io.github.realtime.benchmarks.ours;

import org.jspecify.annotations.NullMarked;
