/**
 * Runs an application's code as a client, and asks it what clients may do. Internal.
 */
@NullMarked
package io.github.realtime.security;

import org.jspecify.annotations.NullMarked;
