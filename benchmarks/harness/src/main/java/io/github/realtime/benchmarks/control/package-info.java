/**
 * What every server under test shares: the port by which it is told what to send.
 */
@NullMarked
package io.github.realtime.benchmarks.control;

import org.jspecify.annotations.NullMarked;
