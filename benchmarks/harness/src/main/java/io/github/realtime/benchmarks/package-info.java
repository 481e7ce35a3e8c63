/**
 * Starts servers, loads them, checks what comes, and writes down how fast it came.
 */
@NullMarked
package io.github.realtime.benchmarks;

import org.jspecify.annotations.NullMarked;
