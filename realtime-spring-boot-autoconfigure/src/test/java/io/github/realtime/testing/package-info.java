/**
 * Real servers for tests, and what happens to them.
 */
@NullMarked
package io.github.realtime.testing;

import org.jspecify.annotations.NullMarked;
