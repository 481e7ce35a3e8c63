package io.github.realtime.client;

import java.util.stream.Stream;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.session.Hub;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The application of the client's tests, in this process.
 */
class Server implements BeforeAllCallback, AfterAllCallback {

	private final SpringApplicationBuilder builder = ClientApplication.builder(0);

	private ConfigurableApplicationContext application;

	/**
	 * Adds to the application.
	 */
	Server with(Class<?> configuration) {
		this.builder.sources(configuration);
		return this;
	}

	/**
	 * Sets a property.
	 */
	Server with(String property) {
		this.builder.properties(property);
		return this;
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		this.application = this.builder.run();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		this.application.close();
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
