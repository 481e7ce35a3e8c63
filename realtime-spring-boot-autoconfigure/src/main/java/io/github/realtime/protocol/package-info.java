/**
 * The frames of the wire protocol as records, their codec, and the channel-name rule.
 */
@NullMarked
package io.github.realtime.protocol;

import org.jspecify.annotations.NullMarked;
