/**
 * Small classes that several packages share. Internal.
 */
@NullMarked
package io.github.realtime.support;

import org.jspecify.annotations.NullMarked;
