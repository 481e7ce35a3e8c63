/**
 * The implementation of what applications call, on top of a broker. Internal.
 */
@NullMarked
package io.github.realtime.core;

import org.jspecify.annotations.NullMarked;
