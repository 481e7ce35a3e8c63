/**
 * The broker of a single instance: everything is in this process. Internal.
 */
@NullMarked
package io.github.realtime.broker.memory;

import org.jspecify.annotations.NullMarked;
