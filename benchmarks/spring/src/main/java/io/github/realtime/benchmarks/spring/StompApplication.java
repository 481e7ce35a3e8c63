package io.github.realtime.benchmarks.spring;

import java.io.IOException;

import io.github.realtime.benchmarks.control.ControlPort;
import io.github.realtime.benchmarks.control.Publisher;
import io.github.realtime.benchmarks.control.Publisher.News;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.simp.SimpMessagingTemplate;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;

/**
 * STOMP with the simple broker, as the guide has it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableWebSocketMessageBroker
public class StompApplication implements WebSocketMessageBrokerConfigurer {

	/** As it comes, what is sent on two threads overtakes. */
	@Value("${PRESERVE_ORDER:false}")
	private boolean preserveOrder;

	/**
	 * Starts the application.
	 * @param args settings
	 */
	public static void main(String[] args) {
		SpringApplication.run(StompApplication.class, args);
	}

	@Override
	public void configureMessageBroker(MessageBrokerRegistry registry) {
		registry.enableSimpleBroker("/topic");
		registry.setPreservePublishOrder(this.preserveOrder);
	}

	@Override
	public void registerStompEndpoints(StompEndpointRegistry registry) {
		registry.addEndpoint("/stomp");
	}

	@Bean
	ControlPort controlPort(SimpMessagingTemplate messaging) throws IOException {
		return new ControlPort(
				(channel, text) -> messaging.convertAndSend("/topic/" + Publisher.name(channel), new News(text)));
	}

}
