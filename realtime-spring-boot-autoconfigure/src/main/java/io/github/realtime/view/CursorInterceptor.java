package io.github.realtime.view;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.github.realtime.ChannelTemplate;
import io.github.realtime.CursorOf;
import io.github.realtime.PageCursor;
import io.github.realtime.RealtimeChannel;
import io.github.realtime.RealtimeOperations;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.protocol.ChannelName;
import io.github.realtime.protocol.PageKey;
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
 *
 * @since 0.1.0
 */
public final class CursorInterceptor implements HandlerInterceptor {

	private static final String MODEL_ATTRIBUTE = "realtime";

	private static final Log logger = LogFactory.getLog(CursorInterceptor.class);

	private final Supplier<RealtimeOperations> realtime;

	private final Map<Method, List<Wanted>> wanted = new ConcurrentHashMap<>();

	/**
	 * Creates an interceptor.
	 * @param realtime reads where channels are
	 */
	public CursorInterceptor(Supplier<RealtimeOperations> realtime) {
		this.realtime = realtime;
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		// A handler that answers later comes here twice, and has its data from before
		if (handler instanceof HandlerMethod method && request.getAttribute(PageCursors.ATTRIBUTE) == null) {
			List<Wanted> wanted = this.wanted.computeIfAbsent(method.getMethod(), (key) -> wanted(method));
			if (!wanted.isEmpty()) {
				PageCursors cursors = new PageCursors();
				wanted.forEach((each) -> read(each, request, cursors));
				request.setAttribute(PageCursors.ATTRIBUTE, cursors);
			}
		}
		return true;
	}

	private static List<Wanted> wanted(HandlerMethod method) {
		List<Wanted> wanted = new ArrayList<>();
		CursorOf annotation = method.getMethodAnnotation(CursorOf.class);
		if (annotation != null) {
			for (String channel : annotation.value()) {
				wanted.add(new Wanted(ChannelTemplate.of(channel), false));
			}
			for (String channel : annotation.state()) {
				wanted.add(new Wanted(ChannelTemplate.of(channel), true));
			}
		}
		return List.copyOf(wanted);
	}

	private void read(Wanted wanted, HttpServletRequest request, PageCursors cursors) {
		String name = wanted.name(request);
		if (ChannelName.violation(name) != null) {
			// There is no such channel, and whether there is such a page is not said here
			return;
		}
		try {
			RealtimeChannel channel = this.realtime.get().channel(name);
			cursors.add(wanted.state() ? channel.state().cursor() : channel.cursor());
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

	private record Wanted(ChannelTemplate template, boolean state) {

		String name(HttpServletRequest request) {
			boolean key = this.template.toString().startsWith("/");
			UnaryOperator<String> encoding = key ? PageKey::segment : UnaryOperator.identity();
			String name = this.template.fill((variable) -> RendersViewInterceptor.value(variable, request, null),
					Map.of(), encoding);
			return key ? PageKey.of(name) : name;
		}

	}

}
