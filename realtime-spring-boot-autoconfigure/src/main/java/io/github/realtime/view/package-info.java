/**
 * Rendering for live pages, and the requests that come from them; the only package that
 * knows Spring MVC and Thymeleaf.
 */
@NullMarked
package io.github.realtime.view;

import org.jspecify.annotations.NullMarked;
