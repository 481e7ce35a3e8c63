package io.github.realtime.websocket;

import org.eclipse.jetty.server.ServerConnector;

import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Lets the kernel take little for a client that does not read. It takes megabytes
 * otherwise, and as many are to be made, sent and read away before a write blocks.
 */
@Configuration(proxyBeanMethods = false)
class SmallSendBuffers {

	private static final int BYTES = 64 * 1024;

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> smallSendBuffersOfTomcat() {
		return (factory) -> factory
			.addConnectorCustomizers((connector) -> connector.setProperty("socket.txBufSize", Integer.toString(BYTES)));
	}

	@Bean
	WebServerFactoryCustomizer<JettyServletWebServerFactory> smallSendBuffersOfJetty() {
		return (factory) -> factory.addServerCustomizers((server) -> {
			for (ServerConnector connector : server.getContainedBeans(ServerConnector.class)) {
				connector.setAcceptedSendBufferSize(BYTES);
			}
		});
	}

}
