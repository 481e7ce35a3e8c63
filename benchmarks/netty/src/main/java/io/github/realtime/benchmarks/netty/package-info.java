/**
 * The limit in Java, and a peer that is made of Netty.
 */
@NullMarked
package io.github.realtime.benchmarks.netty;

import org.jspecify.annotations.NullMarked;
