package io.github.realtime.view;

import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.github.realtime.RealtimeClient;
import io.github.realtime.RealtimeException;
import io.github.realtime.RefusedException;
import io.github.realtime.core.ViewRenderer;
import io.github.realtime.security.ClientSecurity;
import org.jspecify.annotations.Nullable;

import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.ViewResolver;
import org.springframework.web.servlet.i18n.FixedLocaleResolver;

/**
 * Renders with the application's view resolvers, outside of any request: for nobody in
 * particular, whoever's thread it is.
 */
public final class MvcViewRenderer implements ViewRenderer {

	private final Supplier<List<ViewResolver>> resolvers;

	private final WebApplicationContext context;

	private final ClientSecurity security;

	/**
	 * Creates a renderer.
	 * @param resolvers the application's, in their order
	 * @param context the application
	 * @param security takes the current user away
	 */
	public MvcViewRenderer(Supplier<List<ViewResolver>> resolvers, WebApplicationContext context,
			ClientSecurity security) {
		this.resolvers = resolvers;
		this.context = context;
		this.security = security;
	}

	@Override
	public String render(String view, Map<String, ? extends @Nullable Object> model) {
		try {
			return this.security.call(new Nobody(), () -> renderAsNobody(view, model));
		}
		catch (RealtimeException | RefusedException ex) {
			// An action that renders may be refused by what the view calls
			throw ex;
		}
		catch (Exception ex) {
			throw new RealtimeException("Rendering '" + view + "' failed: " + ex.getMessage(), ex);
		}
	}

	private String renderAsNobody(String view, Map<String, ? extends @Nullable Object> model) throws Exception {
		Locale locale = Locale.getDefault();
		RenderRequest request = new RenderRequest(this.context, locale);
		request.setAttribute(DispatcherServlet.WEB_APPLICATION_CONTEXT_ATTRIBUTE, this.context);
		request.setAttribute(DispatcherServlet.LOCALE_RESOLVER_ATTRIBUTE, new FixedLocaleResolver(locale));
		RenderResponse response = new RenderResponse();
		ServletRequestAttributes attributes = new ServletRequestAttributes(request, response);
		RequestAttributes outerAttributes = RequestContextHolder.getRequestAttributes();
		LocaleContext outerLocale = LocaleContextHolder.getLocaleContext();
		try {
			RequestContextHolder.setRequestAttributes(attributes);
			LocaleContextHolder.setLocale(locale);
			resolve(view, locale).render(model, request, response);
			return response.text();
		}
		finally {
			LocaleContextHolder.setLocaleContext(outerLocale);
			RequestContextHolder.setRequestAttributes(outerAttributes);
			attributes.requestCompleted();
		}
	}

	private View resolve(String name, Locale locale) throws Exception {
		for (ViewResolver resolver : this.resolvers.get()) {
			View view = resolver.resolveViewName(name, locale);
			if (view != null) {
				return view;
			}
		}
		throw new RealtimeException("There is no view '" + name + "'", null);
	}

	/**
	 * Who a pushed view is rendered for.
	 */
	private record Nobody() implements RealtimeClient {

		@Override
		public String id() {
			return "";
		}

		@Override
		public @Nullable Principal principal() {
			return null;
		}

		@Override
		public Set<String> authorities() {
			return Set.of();
		}

		@Override
		public Map<String, Object> attributes() {
			return Map.of();
		}

		@Override
		public Set<String> channels() {
			return Set.of();
		}

	}

}
