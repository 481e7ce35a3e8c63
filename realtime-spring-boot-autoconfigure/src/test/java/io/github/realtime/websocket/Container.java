package io.github.realtime.websocket;

import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSession;

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

	TOMCAT(TomcatConfiguration.class, TomcatWebServer.class, "org.apache.tomcat.websocket.WsSession"),

	JETTY(JettyConfiguration.class, JettyWebServer.class, JakartaWebSocketSession.class.getName());

	private final Class<?> configuration;

	private final Class<? extends WebServer> webServer;

	private final String sessionType;

	Container(Class<?> configuration, Class<? extends WebServer> webServer, String sessionType) {
		this.configuration = configuration;
		this.webServer = webServer;
		this.sessionType = sessionType;
	}

	Class<?> configuration() {
		return this.configuration;
	}

	Class<? extends WebServer> webServer() {
		return this.webServer;
	}

	/**
	 * Returns the name of the native session's class.
	 */
	String sessionType() {
		return this.sessionType;
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
