/**
 * What Spring has to offer without us.
 */
@NullMarked
package io.github.realtime.benchmarks.spring;

import org.jspecify.annotations.NullMarked;
