package io.github.realtime.view;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.annotation.RendersView;
import io.github.realtime.protocol.PageKey;
import io.github.realtime.support.ChannelTemplate;
import io.github.realtime.support.InvalidDeclarationException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ModelAndView;

/**
 * Has the views of {@link RendersView} rendered when a handler method has succeeded. That
 * is after the commit of its own transaction.
 */
public final class RendersViewInterceptor implements HandlerInterceptor {

	private static final int FIRST_ERROR = 400;

	private static final Log logger = LogFactory.getLog(RendersViewInterceptor.class);

	private final Supplier<RealtimeTemplate> realtime;

	private final Map<Method, List<ChannelTemplate>> views = new ConcurrentHashMap<>();

	/**
	 * Creates an interceptor.
	 * @param realtime renders views
	 */
	public RendersViewInterceptor(Supplier<RealtimeTemplate> realtime) {
		this.realtime = realtime;
	}

	@Override
	public void postHandle(HttpServletRequest request, HttpServletResponse response, Object handler,
			@Nullable ModelAndView view) {
		if (!(handler instanceof HandlerMethod method)) {
			return;
		}
		List<ChannelTemplate> views = views(method);
		if (views.isEmpty() || isFailure(response, view)) {
			return;
		}
		for (ChannelTemplate template : views) {
			try {
				this.realtime.get()
					.render(PageKey
						.of(template.fill((name) -> value(name, request, view), Map.of(), PageKey::segment)));
			}
			catch (RuntimeException ex) {
				// What was asked for is done
				logger.error("Rendering '" + template + "' after " + method.getShortLogMessage() + " failed", ex);
			}
		}
	}

	private List<ChannelTemplate> views(HandlerMethod method) {
		return this.views.computeIfAbsent(method.getMethod(),
				(key) -> ChannelTemplate.of(method.getMethodAnnotation(RendersView.class), key));
	}

	/**
	 * Reads the annotation of a method before there are requests.
	 * @param method a handler method
	 * @throws InvalidDeclarationException if it names no view
	 */
	public void check(HandlerMethod method) {
		views(method);
	}

	private static boolean isFailure(HttpServletResponse response, @Nullable ModelAndView view) {
		return response.getStatus() >= FIRST_ERROR
				|| (view != null && view.getStatus() != null && view.getStatus().isError());
	}

	static @Nullable Object value(String name, HttpServletRequest request, @Nullable ModelAndView view) {
		if (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
				&& variables.containsKey(name)) {
			return variables.get(name);
		}
		Object attribute = (view != null) ? view.getModel().get(name) : null;
		return (attribute != null) ? attribute : request.getParameter(name);
	}

}
