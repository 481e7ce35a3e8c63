package io.github.realtime.autoconfigure;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.broker.redis.RedisBroker;
import io.github.realtime.testing.Redis;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RealtimeRedisAutoConfiguration}. Where nothing listens at an address,
 * that is no obstacle to starting.
 */
class RealtimeRedisAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RealtimeAutoConfiguration.class, RealtimeRedisAutoConfiguration.class,
				SslAutoConfiguration.class, DataRedisAutoConfiguration.class));

	@Test
	void brokerWhenNothingSaysWhereRedisIsIsInMemory() {
		this.runner.run((context) -> assertThat(context).getBean(Broker.class).isInstanceOf(MemoryBroker.class));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			spring.data.redis.url=redis://127.0.0.1:1 | spring.data.redis.url is set
			spring.data.redis.host=127.0.0.1 | spring.data.redis.host is set
			spring.data.redis.port=1 | spring.data.redis.port is set
			spring.data.redis.cluster.nodes=127.0.0.1:1 | spring.data.redis.cluster.nodes is set
			realtime.broker=redis | realtime.broker is 'redis'
			realtime.broker=REDIS | realtime.broker is 'redis'
			""")
	@ExtendWith(OutputCaptureExtension.class)
	void brokerWhenAPropertyAsksForRedisIsInRedis(String property, String reason, CapturedOutput output) {
		this.runner.withPropertyValues(property, "spring.application.name=shop").run((context) -> {
			assertThat(context).getBean(Broker.class).isInstanceOf(RedisBroker.class);
			assertThat(output)
				.containsOnlyOnce("Realtime uses the broker in Redis, under the namespace 'shop': " + reason);
		});
	}

	@Test
	void brokerWhenSentinelsAreNamedIsInRedis() {
		this.runner
			.withPropertyValues("spring.data.redis.sentinel.nodes=127.0.0.1:1", "spring.data.redis.sentinel.master=m")
			.run((context) -> assertThat(context).getBean(Broker.class).isInstanceOf(RedisBroker.class));
	}

	@Test
	void brokerWhenThereAreConnectionDetailsIsInRedis() {
		this.runner.withBean(DataRedisConnectionDetails.class, () -> new DataRedisConnectionDetails() {

			@Override
			public Standalone getStandalone() {
				return Standalone.of("127.0.0.1", 1);
			}

		}).run((context) -> assertThat(context).getBean(Broker.class).isInstanceOf(RedisBroker.class));
	}

	@Test
	void brokerWhenTheApplicationConnectsItselfIsInRedis() {
		this.runner
			.withBean("myRedis", RedisConnectionFactory.class, () -> new LettuceConnectionFactory("127.0.0.1", 1))
			.run((context) -> assertThat(context).getBean(Broker.class).isInstanceOf(RedisBroker.class));
	}

	@Test
	void brokerWhenMemoryIsAskedForIsInMemoryWhereverRedisIs() {
		this.runner.withPropertyValues("realtime.broker=memory", "spring.data.redis.host=127.0.0.1")
			.run((context) -> assertThat(context).getBean(Broker.class).isInstanceOf(MemoryBroker.class));
	}

	@Test
	void brokerWhenTheApplicationHasItsOwnIsThat() {
		Broker own = mock();
		this.runner.withPropertyValues("spring.data.redis.host=127.0.0.1")
			.withBean(Broker.class, () -> own)
			.run((context) -> assertThat(context).getBean(Broker.class).isSameAs(own));
	}

	@Test
	void brokerWhenDisabledIsNone() {
		this.runner.withPropertyValues("realtime.enabled=false", "spring.data.redis.host=127.0.0.1")
			.run((context) -> assertThat(context).doesNotHaveBean(Broker.class));
	}

	@Test
	void startWhenTheConnectionIsNotLettucesSaysWhatToDo() {
		this.runner.withPropertyValues("realtime.broker=redis")
			.withBean(RedisConnectionFactory.class, () -> mock(RedisConnectionFactory.class))
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription())
				.startsWith("Realtime can't use Redis. Its RedisConnectionFactory is a "));
	}

	@Test
	void startWhenLettuceIsMissingSaysWhatToDo() {
		this.runner.withPropertyValues("realtime.broker=redis")
			.withClassLoader(new FilteredClassLoader("io.lettuce.core"))
			.run((context) -> {
				FailureAnalysis analysis = analysis(context.getStartupFailure());
				assertThat(analysis.getDescription())
					.isEqualTo("Realtime can't use Redis. Spring Data Redis and Lettuce are not on the class path.");
				assertThat(analysis.getAction()).contains("realtime.broker: memory");
			});
	}

	@Test
	void startWhenServersAreNamedWithoutAMasterSaysWhatToDo() {
		this.runner.withPropertyValues("spring.data.redis.masterreplica.nodes=127.0.0.1:1")
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription())
				.contains("spring.data.redis.masterreplica"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "shop{1}", "{}" })
	void startWhenTheNameOfTheApplicationIsNoNamespaceSaysWhatToDo(String name) {
		this.runner.withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.application.name=" + name)
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription())
				.contains("realtime.namespace is needed"));
		this.runner
			.withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.application.name=" + name,
					"realtime.namespace=shop")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void sendWhenRedisIsThereIsFoundUnderTheNamespaceAndInTheDatabaseOfTheProperties() {
		try (RedisServer server = RedisServer.start(Redis.any(), "requirepass secret")) {
			this.runner
				.withPropertyValues("spring.data.redis.url=redis://:secret@127.0.0.1:" + server.port() + "/3",
						"spring.application.name=shop")
				.run((context) -> {
					context.getBean(RealtimeTemplate.class).send("post_1", "hello");
					assertThat(server.cli("EVAL", "redis.call('SELECT', 3) return redis.call('KEYS', '*')[1]", "0"))
						.startsWith("shop:{post_1}:");
				});
		}
	}

	@Test
	void sendWhenRedisIsDownFailsWithinTheTimeLimit() {
		this.runner.withPropertyValues("spring.data.redis.url=redis://127.0.0.1:1", "realtime.redis.timeout=500ms")
			.run((context) -> assertThatExceptionOfType(RealtimeUnavailableException.class)
				.isThrownBy(() -> context.getBean(RealtimeTemplate.class).send("post_1", "hello")));
	}

	private static FailureAnalysis analysis(Throwable failure) {
		FailureAnalysis analysis = new RedisUnusableFailureAnalyzer().analyze(failure);
		assertThat(analysis).as("analysis of " + failure).isNotNull();
		return analysis;
	}

}
