package io.github.realtime.benchmarks.ours;

import java.io.IOException;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.benchmarks.control.ControlPort;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * An application with the starter and nothing set, but for ports.
 */
@SpringBootApplication
public class OursApplication {

	/**
	 * Starts the application.
	 * @param args settings
	 */
	public static void main(String[] args) {
		SpringApplication.run(OursApplication.class, args);
	}

	@Bean
	ControlPort controlPort(RealtimeTemplate realtime) throws IOException {
		return new ControlPort(new PipelinedPublisher(realtime));
	}

}
