/**
 * Who clients are, and rules on what they may do. API.
 */
@NullMarked
package io.github.realtime.access;

import org.jspecify.annotations.NullMarked;
