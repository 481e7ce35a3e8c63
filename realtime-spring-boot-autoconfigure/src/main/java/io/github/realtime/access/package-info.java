/**
 * Who a client is, and what it may do on a channel.
 */
@NullMarked
package io.github.realtime.access;

import org.jspecify.annotations.NullMarked;
