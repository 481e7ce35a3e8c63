package io.github.realtime.autoconfigure;

import java.time.Duration;
import java.util.stream.Stream;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import io.github.realtime.testing.TcpProxy;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Tests for applications that start without the Redis they need.
 */
class RedisStartTests {

	/** Many times what a start takes, and a fraction of what waiting for Redis would. */
	private static final Duration PROMPT = Duration.ofSeconds(40);

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server();

	private static final TcpProxy silent = redis.open(TcpProxy.to(redis.get().port()));

	private static final TcpProxy refusing = redis.open(TcpProxy.to(redis.get().port()));

	/**
	 * The first application of a JVM takes its time, whatever Redis does.
	 */
	@BeforeAll
	static void startFirstApplication() {
		silent.stall();
		refusing.down();
		application(redis.get().port()).run((context) -> assertThat(context).hasNotFailed());
	}

	private static ApplicationContextRunner application(int port) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RealtimeAutoConfiguration.class,
					RealtimeRedisAutoConfiguration.class, RealtimeWebSocketAutoConfiguration.class,
					RealtimeHealthAutoConfiguration.class, SslAutoConfiguration.class, DataRedisAutoConfiguration.class,
					DataRedisHealthContributorAutoConfiguration.class, HealthContributorAutoConfiguration.class,
					HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class))
			.withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + port,
					"realtime.redis.timeout=1m");
	}

	static Stream<Integer> ports() {
		return Stream.of(redis.get().port(), refusing.port(), silent.port());
	}

	@ParameterizedTest
	@MethodSource("ports")
	void applicationStartsAndStopsWithoutWaitingForRedis(int port) {
		assertTimeoutPreemptively(PROMPT, () -> application(port).run((context) -> assertThat(context).hasNotFailed()));
	}

	@ParameterizedTest
	@MethodSource("ports")
	void healthTellsWhetherRedisIsThereAndDoesNotHang(int port) {
		assertTimeoutPreemptively(PROMPT,
				() -> application(port)
					.withPropertyValues("spring.data.redis.connect-timeout=1s", "spring.data.redis.timeout=1s")
					.run((context) -> assertThat(context.getBean(HealthEndpoint.class).health().getStatus())
						.isEqualTo((port == redis.get().port()) ? Status.UP : Status.DOWN)));
	}

	@Test
	void sendWhenRedisIsThereSucceedsAsSoonAsTheApplicationHasStarted() {
		application(redis.get().port())
			.run((context) -> context.getBean(RealtimeTemplate.class).send("post_1", "hello"));
	}

}
