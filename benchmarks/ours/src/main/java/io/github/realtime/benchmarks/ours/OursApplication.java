package io.github.realtime.benchmarks.ours;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

import io.github.realtime.Position;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.benchmarks.control.ControlPort;
import io.github.realtime.benchmarks.control.Publisher;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * An application with the starter and nothing set, but for ports. With Redis it sends
 * without waiting for each, as one that sends many would.
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
		return new ControlPort(new Publisher() {

			private volatile CompletableFuture<?> last = CompletableFuture.completedFuture(null);

			@Override
			public void publish(int channel, String text) {
				CompletableFuture<Position> sent = realtime.sendAsync(Publisher.name(channel), new News(text));
				sent.whenComplete((position, failure) -> {
					if (failure != null) {
						failure.printStackTrace();
					}
				});
				this.last = sent;
			}

			@Override
			public void change(int channel, String key, String text) {
				realtime.channel(Publisher.name(channel)).state().set(key, new News(text));
			}

			@Override
			public void await() {
				this.last.join();
			}

		});
	}

}
