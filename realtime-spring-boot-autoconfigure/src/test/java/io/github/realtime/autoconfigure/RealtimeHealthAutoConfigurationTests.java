package io.github.realtime.autoconfigure;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisReactiveHealthContributorAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.DiskSpaceHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RealtimeHealthAutoConfiguration}, with Redis on the class path and no
 * server.
 */
class RealtimeHealthAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RealtimeAutoConfiguration.class, RealtimeHealthAutoConfiguration.class,
				SslAutoConfiguration.class, DataRedisAutoConfiguration.class, DataRedisReactiveAutoConfiguration.class,
				DataRedisHealthContributorAutoConfiguration.class,
				DataRedisReactiveHealthContributorAutoConfiguration.class, HealthContributorAutoConfiguration.class,
				HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
				DiskSpaceHealthContributorAutoConfiguration.class));

	@Test
	void healthWhenNothingSaysWhereRedisIsIsUp() {
		this.runner.run((context) -> {
			CompositeHealthDescriptor health = health(context);
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getComponents()).containsKeys("diskSpace", "redis");
			assertThat(redis(context).getStatus()).isEqualTo(Status.UNKNOWN);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "url=redis://127.0.0.1:1", "host=127.0.0.1", "sentinel.nodes=127.0.0.1:1,127.0.0.1:2",
			"sentinel.nodes[0]=127.0.0.1:1", "cluster.nodes=127.0.0.1:1,127.0.0.1:2", "cluster.nodes[0]=127.0.0.1:1",
			"masterreplica.nodes=127.0.0.1:1" })
	void healthWhenAnAddressIsSetIsRedisOwn(String address) {
		this.runner
			.withPropertyValues("spring.data.redis." + address,
					address.startsWith("sentinel") ? "spring.data.redis.sentinel.master=m" : "x=y")
			.run(isBoots());
	}

	@Test
	void healthWhenAnEnvironmentVariableHasTheAddressIsRedisOwn() {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
						Map.of("SPRING_DATA_REDIS_HOST", "127.0.0.1"))))
			.run(isBoots());
	}

	@Test
	void healthWhenThereAreConnectionDetailsIsRedisOwn() {
		this.runner.withBean(DataRedisConnectionDetails.class, () -> new DataRedisConnectionDetails() {

			@Override
			public Standalone getStandalone() {
				return Standalone.of("127.0.0.1", 1);
			}

		}).run(isBoots());
	}

	@Test
	void healthWhenTheApplicationConnectsToRedisItselfIsRedisOwn() {
		this.runner
			.withBean("myRedis", RedisConnectionFactory.class, () -> new LettuceConnectionFactory("127.0.0.1", 1))
			.run(isBoots());
	}

	@ParameterizedTest
	@ValueSource(strings = { "redisHealthContributor", "redisHealthIndicator" })
	void healthWhenTheApplicationHasItsOwnContributorIsThat(String name) {
		this.runner.withBean(name, HealthIndicator.class, () -> () -> Health.up().withDetail("mine", 1).build())
			.run((context) -> {
				assertThat(redis(context).getStatus()).isEqualTo(Status.UP);
				assertThat(context.getBeansOfType(HealthIndicator.class)).containsKey(name);
			});
	}

	@Test
	void healthWhenItIsSwitchedOffHasNoRedis() {
		this.runner.withPropertyValues("management.health.redis.enabled=false")
			.run((context) -> assertThat(health(context).getComponents()).doesNotContainKey("redis"));
	}

	@Test
	void healthWhenDisabledIsBoots() {
		this.runner.withPropertyValues("realtime.enabled=false").run(isBoots());
	}

	private static ContextConsumer<AssertableApplicationContext> isBoots() {
		return (context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean("redisHealthContributor").getClass().getName())
				.startsWith("org.springframework.boot.data.redis.health.");
		};
	}

	private static CompositeHealthDescriptor health(AssertableApplicationContext context) {
		return (CompositeHealthDescriptor) context.getBean(HealthEndpoint.class).health();
	}

	private static HealthDescriptor redis(AssertableApplicationContext context) {
		return health(context).getComponents().get("redis");
	}

}
