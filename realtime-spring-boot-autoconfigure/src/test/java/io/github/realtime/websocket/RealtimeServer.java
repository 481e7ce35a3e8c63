package io.github.realtime.websocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.broker.Broker;
import io.github.realtime.session.Hub;
import io.github.realtime.session.SessionLimits;
import io.github.realtime.testing.Patience;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import io.github.realtime.testing.ServerExtension;
import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;
import org.apache.tomcat.websocket.server.WsServerContainer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application on a real container and a free port, with clients. In a field with
 * {@code @RegisterExtension} it is started and stopped with the tests, and clients that
 * it has connected leave when their test ends. It runs on the {@link Container} that the
 * test class is parameterized with, or on Tomcat.
 */
final class RealtimeServer extends ServerExtension implements AutoCloseable {

	/** So long that a test's clients may be silent. */
	static final Duration HEARTBEAT = Duration.ofMinutes(5);

	private final @Nullable RealtimeServer first;

	private final List<Class<?>> configurations = new ArrayList<>(List.of(Application.class));

	private final List<String> arguments = new ArrayList<>();

	private @Nullable Container fixed;

	private Container container = Container.TOMCAT;

	private @Nullable RedisExtension<RedisServer> redis;

	private @Nullable SessionLimits limits;

	private @Nullable ServletWebServerApplicationContext context;

	RealtimeServer() {
		this(null);
	}

	private RealtimeServer(@Nullable RealtimeServer first) {
		this.first = first;
	}

	static RealtimeServer on(Container container) {
		RealtimeServer server = new RealtimeServer();
		server.fixed = container;
		return server;
	}

	/**
	 * Makes an instance of an application that shares a Redis, unless the test class is
	 * invoked with {@link BrokerKind#MEMORY}.
	 */
	static RealtimeServer sharing(RedisExtension<RedisServer> redis) {
		RealtimeServer server = new RealtimeServer();
		server.redis = redis;
		return server;
	}

	/**
	 * Makes another instance of the same application. With {@link BrokerKind#MEMORY} it
	 * is this one itself.
	 */
	RealtimeServer another() {
		return new RealtimeServer(this);
	}

	RealtimeServer with(Class<?>... configurations) {
		this.configurations.addAll(List.of(configurations));
		return this;
	}

	RealtimeServer with(String... properties) {
		Stream.of(properties).map((property) -> "--" + property).forEach(this.arguments::add);
		return this;
	}

	/**
	 * Replaces the limits, some of which are no property.
	 */
	RealtimeServer with(SessionLimits limits) {
		this.limits = limits;
		return this;
	}

	private static void replaceHub(ConfigurableListableBeanFactory beans, SessionLimits limits) {
		BeanDefinitionRegistry registry = (BeanDefinitionRegistry) beans;
		registry.removeBeanDefinition("realtimeHub");
		registry.registerBeanDefinition("realtimeHub", BeanDefinitionBuilder
			.genericBeanDefinition(Hub.class, () -> new Hub(beans.getBean(Broker.class), limits, (event) -> {
			}))
			.getBeanDefinition());
	}

	RealtimeServer start() {
		start(null);
		return this;
	}

	@Override
	protected void start(@Nullable ExtensionContext test) {
		if (this.context != null) {
			return;
		}
		boolean memory = argument(test, BrokerKind.class) == BrokerKind.MEMORY;
		if (this.first == null) {
			run(this, test, memory);
		}
		else if (memory) {
			this.first.start(test);
			this.context = this.first.context;
		}
		else {
			run(this.first, test, false);
		}
	}

	private void run(RealtimeServer settings, @Nullable ExtensionContext test, boolean memory) {
		Container argument = argument(test, Container.class);
		this.container = (settings.fixed != null) ? settings.fixed : (argument != null) ? argument : Container.TOMCAT;
		Container container = this.container;
		List<Class<?>> sources = new ArrayList<>(settings.configurations);
		sources.add(container.configuration());
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.main.banner-mode=off"));
		arguments.addAll(brokerArguments(settings.redis, test, memory));
		arguments.addAll(settings.arguments);
		SpringApplicationBuilder application = new SpringApplicationBuilder(sources.toArray(new Class<?>[0]))
			.web(WebApplicationType.SERVLET)
			.properties("realtime.heartbeat=" + HEARTBEAT.toMillis() + "ms")
			.registerShutdownHook(false);
		SessionLimits limits = settings.limits;
		if (limits != null) {
			application
				.initializers((context) -> context.addBeanFactoryPostProcessor((beans) -> replaceHub(beans, limits)));
		}
		ServletWebServerApplicationContext context = (ServletWebServerApplicationContext) application
			.run(arguments.toArray(new String[0]));
		if (!container.webServer().isInstance(context.getWebServer())) {
			throw new AssertionError("This is not " + container + " but " + context.getWebServer());
		}
		if (websocket(context) instanceof WsServerContainer tomcat) {
			// Look every second for sockets whose close was not answered, not every 10 s
			tomcat.setProcessPeriod(1);
		}
		this.context = context;
	}

	private List<String> brokerArguments(@Nullable RedisExtension<RedisServer> redis, @Nullable ExtensionContext test,
			boolean memory) {
		if (redis == null) {
			return List.of();
		}
		if (memory) {
			return List.of("--realtime.broker=memory");
		}
		redis.start(test);
		// Redis is stopped after those that use it
		redis.open(this);
		return List.of("--spring.data.redis.url=" + redis.get().uri(),
				"--realtime.redis.timeout=" + Patience.ENOUGH.toSeconds() + "s");
	}

	private static @Nullable Object websocket(ServletWebServerApplicationContext context) {
		ServletContext servletContext = context.getServletContext();
		return (servletContext != null) ? servletContext.getAttribute(ServerContainer.class.getName()) : null;
	}

	/**
	 * The container that it runs on.
	 */
	Container container() {
		return this.container;
	}

	int port() {
		return context().getWebServer().getPort();
	}

	ServletWebServerApplicationContext context() {
		if (this.context == null) {
			throw new IllegalStateException("Not started");
		}
		return this.context;
	}

	<T> T bean(Class<T> type) {
		return context().getBean(type);
	}

	RealtimeTemplate realtime() {
		return bean(RealtimeTemplate.class);
	}

	Hub hub() {
		return bean(Hub.class);
	}

	/**
	 * Connects a client and waits until it was welcomed.
	 */
	RawClient client() {
		return client("/realtime");
	}

	/**
	 * Connects a client with headers, each a name and a value.
	 */
	RawClient client(String path, String... headers) {
		return welcomed(RawClient.connect(port(), path, headers));
	}

	RawClient client(Consumer<JsonNode> onLine) {
		return welcomed(RawClient.connect(port(), onLine));
	}

	/**
	 * Asks for an upgrade with headers, each a name and a value, and leaves.
	 */
	RawSocket.Response upgrade(String... headers) {
		try (RawSocket socket = RawSocket.connect(port())) {
			return socket.upgrade("/realtime", headers);
		}
	}

	private RawClient welcomed(RawClient client) {
		if (isRegistered()) {
			open(client);
		}
		client.welcome();
		return client;
	}

	/**
	 * Has the clients of this test leave before it ends.
	 */
	void closeClients() {
		closeOpened();
	}

	@Override
	protected void stop() {
		close();
	}

	@Override
	public void close() {
		ServletWebServerApplicationContext running = this.context;
		this.context = null;
		if (running != null) {
			running.close();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
