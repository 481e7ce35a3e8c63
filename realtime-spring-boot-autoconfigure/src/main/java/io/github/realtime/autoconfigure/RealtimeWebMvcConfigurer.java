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
 * Registers what controllers use for live pages: the interceptors of their annotations,
 * and the resolver of the client id.
 */
final class RealtimeWebMvcConfigurer implements WebMvcConfigurer, SmartInitializingSingleton {

	private final RendersViewInterceptor interceptor;

	private final CursorInterceptor cursors;

	private final ClientIdArgumentResolver clientIds;

	private final ObjectProvider<RequestMappingHandlerMapping> mappings;

	RealtimeWebMvcConfigurer(RendersViewInterceptor interceptor, CursorInterceptor cursors,
			ClientIdArgumentResolver clientIds, ObjectProvider<RequestMappingHandlerMapping> mappings) {
		this.interceptor = interceptor;
		this.cursors = cursors;
		this.clientIds = clientIds;
		this.mappings = mappings;
	}

	/**
	 * Makes a wrong annotation fail the start of the application, not its first request.
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
