/**
 * Auto-configuration and the {@code realtime.*} properties.
 */
@NullMarked
package io.github.realtime.autoconfigure;

import org.jspecify.annotations.NullMarked;
