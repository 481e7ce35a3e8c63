/**
 * The limit in Java.
 */
@NullMarked
package io.github.realtime.benchmarks.netty;

import org.jspecify.annotations.NullMarked;
