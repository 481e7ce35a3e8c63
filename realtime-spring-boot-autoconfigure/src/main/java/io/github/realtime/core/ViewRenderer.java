package io.github.realtime.core;

import java.util.Map;

import io.github.realtime.RealtimeException;
import io.github.realtime.RenderOptions;
import org.jspecify.annotations.Nullable;

/**
 * Makes the HTML that {@link RenderOptions#push} sends.
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
