package io.github.realtime.view;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.realtime.PageCursor;
import io.github.realtime.RealtimeChannel;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.annotation.CursorOf;
import io.github.realtime.protocol.ChannelName;
import io.github.realtime.protocol.PageKey;
import io.github.realtime.support.ChannelTemplate;
import io.github.realtime.support.InvalidDeclarationException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;

/**
 * Reads the cursors of {@link CursorOf} before a handler method is called, and hands them
 * to its page.
 */
public final class CursorInterceptor implements HandlerInterceptor {

	private static final String MODEL_ATTRIBUTE = "realtime";

	private static final Log logger = LogFactory.getLog(CursorInterceptor.class);

	private final Supplier<RealtimeTemplate> realtime;

	private final Map<Method, List<CursorTemplate>> templates = new ConcurrentHashMap<>();

	/**
	 * Creates an interceptor.
	 * @param realtime reads where channels are
	 */
	public CursorInterceptor(Supplier<RealtimeTemplate> realtime) {
		this.realtime = realtime;
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		// A handler that answers later comes here twice, and has its data from before
		if (handler instanceof HandlerMethod method && request.getDispatcherType() != DispatcherType.ASYNC) {
			List<CursorTemplate> templates = cursorsOf(method);
			if (!templates.isEmpty()) {
				PageCursors cursors = new PageCursors();
				templates.forEach((each) -> read(each, request, cursors));
				request.setAttribute(PageCursors.ATTRIBUTE, cursors);
			}
		}
		return true;
	}

	/**
	 * Reads the annotation of a method before there are requests.
	 * @param method a handler method
	 * @throws InvalidDeclarationException if it names no channel
	 */
	public void check(HandlerMethod method) {
		cursorsOf(method);
	}

	private List<CursorTemplate> cursorsOf(HandlerMethod method) {
		return this.templates.computeIfAbsent(method.getMethod(), (key) -> {
			CursorOf annotation = method.getMethodAnnotation(CursorOf.class);
			return (annotation == null) ? List.of()
					: Stream
						.concat(Stream.of(annotation.value()).map((channel) -> CursorTemplate.of(channel, false, key)),
								Stream.of(annotation.state()).map((channel) -> CursorTemplate.of(channel, true, key)))
						.toList();
		});
	}

	private void read(CursorTemplate template, HttpServletRequest request, PageCursors cursors) {
		String name = template.name(request);
		if (name == null || ChannelName.violation(name) != null) {
			// There is no such channel, and whether there is such a page is not said here
			return;
		}
		try {
			RealtimeChannel channel = this.realtime.get().channel(name);
			cursors.add(template.state() ? channel.state().cursor() : channel.cursor());
		}
		catch (RealtimeUnavailableException ex) {
			logger.warn("A page is rendered without the position of channel '" + name + "'", ex);
			cursors.add(PageCursor.unknown(name));
		}
	}

	@Override
	public void postHandle(HttpServletRequest request, HttpServletResponse response, Object handler,
			@Nullable ModelAndView view) {
		Object cursors = request.getAttribute(PageCursors.ATTRIBUTE);
		if (cursors != null && view != null) {
			view.getModel().putIfAbsent(MODEL_ATTRIBUTE, cursors);
		}
	}

	private record CursorTemplate(ChannelTemplate channel, boolean state) {

		static CursorTemplate of(String channel, boolean state, Method method) {
			String violation;
			try {
				CursorTemplate template = new CursorTemplate(ChannelTemplate.of(channel), state);
				violation = ChannelName.violation(template.keyed(template.channel.example()));
				if (violation == null) {
					return template;
				}
			}
			catch (IllegalArgumentException ex) {
				violation = ex.getMessage();
			}
			throw new InvalidDeclarationException(
					"@CursorOf(\"" + channel + "\") on " + method.toGenericString() + " names no channel: " + violation,
					"Write a channel's name, in which {name} stands for a path variable or a request parameter.");
		}

		/**
		 * Returns the name, or {@code null} where the request lacks a part of it.
		 */
		@Nullable String name(HttpServletRequest request) {
			try {
				return fill((variable) -> RendersViewInterceptor.value(variable, request, null));
			}
			catch (IllegalArgumentException ex) {
				return null;
			}
		}

		private String fill(Function<String, @Nullable Object> values) {
			UnaryOperator<String> encoding = isKey() ? PageKey::segment : UnaryOperator.identity();
			return keyed(this.channel.fill(values, Map.of(), encoding));
		}

		private String keyed(String name) {
			return isKey() ? PageKey.of(name) : name;
		}

		private boolean isKey() {
			return this.channel.toString().startsWith("/");
		}

	}

}
