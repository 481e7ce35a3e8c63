package io.github.realtime.autoconfigure;

import java.util.List;

import io.github.realtime.view.ClientIdArgumentResolver;
import io.github.realtime.view.CursorInterceptor;
import io.github.realtime.view.RendersViewInterceptor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * What controllers can do for live pages.
 */
final class LivePages implements WebMvcConfigurer, SmartInitializingSingleton {

	private final RendersViewInterceptor interceptor;

	private final CursorInterceptor cursors;

	private final ClientIdArgumentResolver clientIds;

	private final ObjectProvider<RequestMappingHandlerMapping> mappings;

	LivePages(RendersViewInterceptor interceptor, CursorInterceptor cursors, ClientIdArgumentResolver clientIds,
			ObjectProvider<RequestMappingHandlerMapping> mappings) {
		this.interceptor = interceptor;
		this.cursors = cursors;
		this.clientIds = clientIds;
		this.mappings = mappings;
	}

	/**
	 * What is wrong with an annotation stops the start, rather than the first request.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		this.mappings.stream().flatMap((mapping) -> mapping.getHandlerMethods().values().stream()).forEach((method) -> {
			this.interceptor.check(method);
			this.cursors.check(method);
		});
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
