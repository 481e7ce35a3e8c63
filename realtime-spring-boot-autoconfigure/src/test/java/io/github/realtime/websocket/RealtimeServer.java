package io.github.realtime.websocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.broker.Broker;
import io.github.realtime.session.Hub;
import io.github.realtime.session.SessionLimits;
import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;
import org.apache.tomcat.websocket.server.WsServerContainer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application on a real container and a free port.
 */
final class RealtimeServer implements AutoCloseable {

	/** So long that a test's clients may be silent. */
	static final Duration HEARTBEAT = Duration.ofMinutes(5);

	private final ServletWebServerApplicationContext context;

	private RealtimeServer(ServletWebServerApplicationContext context) {
		this.context = context;
	}

	static Builder on(Container container) {
		return new Builder(container);
	}

	int port() {
		return this.context.getWebServer().getPort();
	}

	ServletWebServerApplicationContext context() {
		return this.context;
	}

	RealtimeTemplate realtime() {
		return this.context.getBean(RealtimeTemplate.class);
	}

	Hub hub() {
		return this.context.getBean(Hub.class);
	}

	/**
	 * Connects a client and waits until it was welcomed.
	 */
	RawClient client() {
		RawClient client = RawClient.connect(port());
		client.welcome();
		return client;
	}

	RawClient client(Consumer<JsonNode> onLine) {
		RawClient client = RawClient.connect(port(), onLine);
		client.welcome();
		return client;
	}

	@Override
	public void close() {
		this.context.close();
	}

	static final class Builder {

		private final Container container;

		private final List<Class<?>> configurations = new ArrayList<>();

		private final List<String> arguments = new ArrayList<>();

		private final List<ApplicationContextInitializer<ConfigurableApplicationContext>> initializers = new ArrayList<>();

		private Builder(Container container) {
			this.container = container;
			this.configurations.add(Application.class);
			this.configurations.add(container.configuration());
			with("server.port=0").with("spring.main.banner-mode=off");
		}

		Builder with(Class<?> configuration) {
			this.configurations.add(configuration);
			return this;
		}

		Builder with(String property) {
			this.arguments.add("--" + property);
			return this;
		}

		/**
		 * Replaces the limits, some of which are no property.
		 */
		Builder with(SessionLimits limits) {
			this.initializers
				.add((context) -> context.addBeanFactoryPostProcessor((beans) -> replaceHub(beans, limits)));
			return this;
		}

		private void replaceHub(ConfigurableListableBeanFactory beans, SessionLimits limits) {
			BeanDefinitionRegistry registry = (BeanDefinitionRegistry) beans;
			registry.removeBeanDefinition("realtimeHub");
			registry.registerBeanDefinition("realtimeHub", BeanDefinitionBuilder
				.genericBeanDefinition(Hub.class, () -> new Hub(beans.getBean(Broker.class), limits, (event) -> {
				}))
				.getBeanDefinition());
		}

		private static @Nullable Object websocket(ServletWebServerApplicationContext context) {
			ServletContext servletContext = context.getServletContext();
			return (servletContext != null) ? servletContext.getAttribute(ServerContainer.class.getName()) : null;
		}

		RealtimeServer start() {
			SpringApplicationBuilder application = new SpringApplicationBuilder(
					this.configurations.toArray(new Class<?>[0]))
				.web(WebApplicationType.SERVLET)
				.properties("realtime.heartbeat=" + HEARTBEAT.toMillis() + "ms")
				.registerShutdownHook(false);
			this.initializers.forEach(application::initializers);
			ServletWebServerApplicationContext context = (ServletWebServerApplicationContext) application
				.run(this.arguments.toArray(new String[0]));
			if (!this.container.webServer().isInstance(context.getWebServer())) {
				throw new AssertionError("This is not " + this.container + " but " + context.getWebServer());
			}
			if (websocket(context) instanceof WsServerContainer tomcat) {
				// Look every second for sockets whose close was not answered, not every
				// 10 s
				tomcat.setProcessPeriod(1);
			}
			return new RealtimeServer(context);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
