/**
 * Rendering for live pages, and the requests that come from them; the only package that
 * knows Spring MVC.
 */
@NullMarked
package io.github.realtime.view;

import org.jspecify.annotations.NullMarked;
