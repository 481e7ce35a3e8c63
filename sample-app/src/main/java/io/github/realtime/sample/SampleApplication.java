package io.github.realtime.sample;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;

@SpringBootApplication
@EnableScheduling
public class SampleApplication {

	private static final Log logger = LogFactory.getLog(SampleApplication.class);

	@EventListener
	void serverStarted(WebServerInitializedEvent event) {
		logger.info("Open http://localhost:" + event.getWebServer().getPort() + " in two windows, side by side");
	}

	public static void main(String[] args) {
		SpringApplication.run(SampleApplication.class, args);
	}

}
