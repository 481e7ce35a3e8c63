/**
 * Who may do what on a channel.
 */
@NullMarked
package io.github.realtime.access;

import org.jspecify.annotations.NullMarked;
