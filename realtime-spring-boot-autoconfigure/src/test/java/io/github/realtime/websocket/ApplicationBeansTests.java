package io.github.realtime.websocket;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.github.realtime.testing.Patience;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application keeps the threads that Boot gives it.
 */
@EachContainer
class ApplicationBeansTests {

	@Parameter
	Container container;

	@Test
	void startWhenApplicationSchedulesThenItsJobsRunOnBootsThreads() throws Exception {
		try (RealtimeServer server = RealtimeServer.on(this.container).with(Jobs.class).with(AsyncJobs.class).start();
				RawClient client = server.client()) {
			client.sync();
			assertThat(server.context().getBean(Jobs.class).thread.get(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS))
				.startsWith("scheduling-");
			CompletableFuture<String> thread = new CompletableFuture<>();
			server.context().getBean(AsyncJobs.class).run(thread);
			assertThat(thread.get(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS)).startsWith("task-");
			assertThat(beans(server, Executor.class)).containsOnlyKeys("applicationTaskExecutor", "taskScheduler");
			assertThat(beans(server, TaskScheduler.class)).containsOnlyKeys("taskScheduler");
			assertThat(beans(server, ScheduledExecutorService.class)).isEmpty();
		}
	}

	private static <T> Map<String, T> beans(RealtimeServer server, Class<T> type) {
		return server.context().getBeansOfType(type);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Jobs {

		private final CompletableFuture<String> thread = new CompletableFuture<>();

		@Scheduled(fixedDelay = 10)
		void run() {
			this.thread.complete(Thread.currentThread().getName());
		}

	}

	@Component
	@EnableAsync
	static class AsyncJobs {

		@Async
		void run(CompletableFuture<String> thread) {
			thread.complete(Thread.currentThread().getName());
		}

	}

}
