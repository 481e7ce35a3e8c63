/**
 * Annotations for an application's methods, parameters and events. API.
 */
@NullMarked
package io.github.realtime.annotation;

import org.jspecify.annotations.NullMarked;
