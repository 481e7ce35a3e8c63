package io.github.realtime.benchmarks.spring;

import java.io.IOException;

import io.github.realtime.benchmarks.control.ControlPort;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;

/**
 * A {@code TextWebSocketHandler}, as the reference manual has it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableWebSocket
public class ByHandApplication {

	/**
	 * Starts the application.
	 * @param args settings
	 */
	public static void main(String[] args) {
		SpringApplication.run(ByHandApplication.class, args);
	}

	@Bean
	ByHandHandler byHandHandler(JsonMapper mapper) {
		return new ByHandHandler(mapper);
	}

	@Bean
	WebSocketConfigurer webSocketConfigurer(ByHandHandler handler) {
		return (WebSocketHandlerRegistry registry) -> registry.addHandler(handler, "/ws");
	}

	@Bean
	ControlPort controlPort(ByHandHandler handler) throws IOException {
		return new ControlPort(handler);
	}

}
