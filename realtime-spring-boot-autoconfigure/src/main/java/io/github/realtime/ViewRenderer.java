package io.github.realtime;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Makes the HTML that {@link RenderOptions#push} sends.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ViewRenderer {

	/**
	 * Renders a view for nobody in particular.
	 * @param view the name of the view
	 * @param model what it shows
	 * @return the HTML
	 * @throws RealtimeException if there is no such view, or it failed
	 */
	String render(String view, Map<String, ? extends @Nullable Object> model);

}
