package io.github.realtime.websocket;

import io.github.realtime.session.ClientConnection;

import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The servlet containers that we run on.
 */
enum Container {

	TOMCAT(TomcatConfiguration.class, TomcatWebServer.class, TomcatConnection.class),

	JETTY(JettyConfiguration.class, JettyWebServer.class, WebSocketConnection.class);

	private final Class<?> configuration;

	private final Class<? extends WebServer> webServer;

	private final Class<? extends ClientConnection> connectionType;

	Container(Class<?> configuration, Class<? extends WebServer> webServer,
			Class<? extends ClientConnection> connectionType) {
		this.configuration = configuration;
		this.webServer = webServer;
		this.connectionType = connectionType;
	}

	Class<?> configuration() {
		return this.configuration;
	}

	Class<? extends WebServer> webServer() {
		return this.webServer;
	}

	Class<? extends ClientConnection> connectionType() {
		return this.connectionType;
	}

	@Configuration(proxyBeanMethods = false)
	static class TomcatConfiguration {

		@Bean
		TomcatServletWebServerFactory webServerFactory() {
			return new TomcatServletWebServerFactory();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class JettyConfiguration {

		@Bean
		JettyServletWebServerFactory webServerFactory() {
			return new JettyServletWebServerFactory();
		}

	}

}
