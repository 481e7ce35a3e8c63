package io.github.realtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * How the pages of one key become fresh. Immutable: every method returns a copy.
 *
 * @since 0.1.0
 */
public final class RenderOptions {

	private static final RenderOptions DEFAULTS = new RenderOptions(null, Map.of(), null, null, false);

	private final @Nullable String view;

	private final Map<String, @Nullable Object> model;

	private final @Nullable String target;

	private final @Nullable String audience;

	private final boolean immediate;

	private RenderOptions(@Nullable String view, Map<String, @Nullable Object> model, @Nullable String target,
			@Nullable String audience, boolean immediate) {
		this.view = view;
		this.model = model;
		this.target = target;
		this.audience = audience;
		this.immediate = immediate;
	}

	/**
	 * Returns the options that {@code render(key)} uses: every page fetches itself, with
	 * its own cookies.
	 * @return the options to build on
	 */
	public static RenderOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Renders a view once, here and now, and sends its HTML to all pages: for what looks
	 * the same to everybody who may subscribe. It is rendered without a user, in the
	 * default locale.
	 * @param view the name of a view or, with Thymeleaf, of a fragment, such as
	 * {@code note :: body}. Its HTML has one element on top, which has an id unless a
	 * {@link #target} is named
	 * @param model what the view shows
	 * @return the options to build on
	 */
	public static RenderOptions push(String view, Map<String, ? extends @Nullable Object> model) {
		Assert.hasText(view, "'view' must not be empty");
		return new RenderOptions(view, Collections.unmodifiableMap(new LinkedHashMap<>(model)), null, null, false);
	}

	/**
	 * Names the element of the page that is replaced by what is pushed.
	 * @param selector a CSS selector; by default the id of what was rendered
	 * @return the options with that
	 */
	public RenderOptions target(String selector) {
		Assert.hasText(selector, "'selector' must not be empty");
		Assert.state(this.view != null, "Only what is pushed has a target");
		return new RenderOptions(this.view, this.model, selector, this.audience, this.immediate);
	}

	/**
	 * Leaves out some pages, usually the one that caused it.
	 * @param clientIds the ids of their clients; {@code null}, as a controller may get
	 * it, is nobody's
	 * @return the options with that
	 */
	public RenderOptions exclude(@Nullable String... clientIds) {
		List<String> ids = new ArrayList<>();
		for (String id : clientIds) {
			if (id != null) {
				ids.add(id);
			}
		}
		return withAudience(Audience.allBut(ids));
	}

	/**
	 * Leaves out all pages but some.
	 * @param clientIds the ids of their clients
	 * @return the options with that
	 */
	public RenderOptions include(String... clientIds) {
		return withAudience(Audience.only(List.of(clientIds)));
	}

	private RenderOptions withAudience(@Nullable String audience) {
		Assert.state(this.audience == null, "Name those who get it, or those who don't, once");
		return new RenderOptions(this.view, this.model, this.target, audience, this.immediate);
	}

	/**
	 * Tells the pages at once, even inside a transaction that may still roll back.
	 * @return the options with that
	 */
	public RenderOptions immediately() {
		return new RenderOptions(this.view, this.model, this.target, this.audience, true);
	}

	/**
	 * Returns the view that is pushed.
	 * @return its name, or {@code null} if pages fetch themselves
	 */
	public @Nullable String view() {
		return this.view;
	}

	/**
	 * Returns the model of the view that is pushed.
	 * @return the model; empty if none is pushed
	 */
	public Map<String, @Nullable Object> model() {
		return this.model;
	}

	/**
	 * Returns the element that the pushed view replaces.
	 * @return a CSS selector, or {@code null} for the element with the id that the view
	 * begins with
	 */
	public @Nullable String target() {
		return this.target;
	}

	/**
	 * Returns who gets it.
	 * @return as {@link Publication#excluded()} has it, or {@code null} for everybody
	 */
	public @Nullable String audience() {
		return this.audience;
	}

	/**
	 * Tells whether it goes out without waiting for a commit.
	 * @return {@code true} if it does not wait
	 */
	public boolean isImmediate() {
		return this.immediate;
	}

}
