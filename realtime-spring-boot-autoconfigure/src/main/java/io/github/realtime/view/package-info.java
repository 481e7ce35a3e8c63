/**
 * Renders live pages, and reads what their requests carry; the only package beside
 * {@code autoconfigure} that knows Spring MVC and Thymeleaf. Internal.
 */
@NullMarked
package io.github.realtime.view;

import org.jspecify.annotations.NullMarked;
