package io.github.realtime.client;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.session.Hub;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import io.github.realtime.testing.ServerExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The application of the client's tests, in this process.
 */
class Server extends ServerExtension {

	private final List<Class<?>> sources = new ArrayList<>();

	private final List<String> properties = new ArrayList<>();

	private @Nullable RedisExtension<RedisServer> redis;

	private ConfigurableApplicationContext application;

	/**
	 * Adds to the application.
	 */
	Server with(Class<?> configuration) {
		this.sources.add(configuration);
		return this;
	}

	/**
	 * Sets a property.
	 */
	Server with(String property) {
		this.properties.add(property);
		return this;
	}

	/**
	 * Makes it one of the instances that share a Redis.
	 */
	Server sharing(RedisExtension<RedisServer> redis) {
		this.redis = redis;
		return this;
	}

	@Override
	protected void start(@Nullable ExtensionContext context) {
		SpringApplicationBuilder builder = ClientApplication.builder(0)
			.sources(this.sources.toArray(new Class<?>[0]))
			.properties(this.properties.toArray(new String[0]));
		this.application = (this.redis != null)
				? this.redis.open(builder.run("--spring.data.redis.url=" + this.redis.get().uri())) : builder.run();
	}

	@Override
	protected void stop() {
		if (this.application != null) {
			this.application.close();
		}
	}

	int port() {
		return this.application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	String url() {
		return url("/");
	}

	String url(String path) {
		return "http://localhost:" + port() + path;
	}

	<T> T bean(Class<T> type) {
		return this.application.getBean(type);
	}

	Hub hub() {
		return bean(Hub.class);
	}

	RealtimeTemplate realtime() {
		return bean(RealtimeTemplate.class);
	}

	void send(String channel, Object... messages) {
		Stream.of(messages).forEach((message) -> realtime().send(channel, message));
	}

}
