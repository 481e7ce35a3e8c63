package io.github.realtime.autoconfigure;

import java.util.List;

import io.github.realtime.view.ClientIdArgumentResolver;
import io.github.realtime.view.CursorInterceptor;
import io.github.realtime.view.RendersViewInterceptor;

import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * What controllers can do for live pages.
 */
final class LivePages implements WebMvcConfigurer {

	private final RendersViewInterceptor interceptor;

	private final CursorInterceptor cursors;

	private final ClientIdArgumentResolver clientIds;

	LivePages(RendersViewInterceptor interceptor, CursorInterceptor cursors, ClientIdArgumentResolver clientIds) {
		this.interceptor = interceptor;
		this.cursors = cursors;
		this.clientIds = clientIds;
	}

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(this.interceptor);
		registry.addInterceptor(this.cursors);
	}

	@Override
	public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
		resolvers.add(this.clientIds);
	}

}
