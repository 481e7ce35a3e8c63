package io.github.realtime.autoconfigure;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.core.ViewRenderer;
import io.github.realtime.security.ClientSecurity;
import io.github.realtime.session.Hub;
import io.github.realtime.view.ClientIdArgumentResolver;
import io.github.realtime.view.CursorInterceptor;
import io.github.realtime.view.MvcViewRenderer;
import io.github.realtime.view.RealtimeDialect;
import io.github.realtime.view.RendersViewInterceptor;
import org.thymeleaf.dialect.AbstractProcessorDialect;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.ViewResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for live views, in applications with
 * Spring MVC.
 */
@AutoConfiguration(after = RealtimeWebSocketAutoConfiguration.class)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBean({ Hub.class, RealtimeTemplate.class })
public final class RealtimeViewAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(ViewRenderer.class)
	MvcViewRenderer realtimeViewRenderer(ObjectProvider<ViewResolver> resolvers, WebApplicationContext context,
			ClientSecurity security) {
		return new MvcViewRenderer(() -> resolvers.orderedStream().toList(), context, security);
	}

	@Bean
	RealtimeWebMvcConfigurer realtimeWebMvcConfigurer(ObjectProvider<RealtimeTemplate> realtime,
			ObjectProvider<ClientSecurity> security, ObjectProvider<RequestMappingHandlerMapping> mappings) {
		// Spring MVC asks for this early
		return new RealtimeWebMvcConfigurer(new RendersViewInterceptor(realtime::getObject),
				new CursorInterceptor(realtime::getObject), new ClientIdArgumentResolver(security::getObject),
				mappings);
	}

	/**
	 * What templates of Thymeleaf can say.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(AbstractProcessorDialect.class)
	static final class Thymeleaf {

		@Bean
		@ConditionalOnMissingBean
		RealtimeDialect realtimeDialect(ObjectProvider<RealtimeTemplate> realtime) {
			return new RealtimeDialect(realtime::getObject);
		}

	}

}
