package io.github.realtime.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import io.github.realtime.ChannelState;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.SendOptions;
import io.github.realtime.broker.Broker;
import io.github.realtime.testing.Certificate;
import io.github.realtime.testing.FreePorts;
import io.github.realtime.testing.Redis;
import io.github.realtime.testing.RedisCluster;
import io.github.realtime.testing.RedisSentinels;
import io.github.realtime.testing.RedisServer;
import io.lettuce.core.protocol.ProtocolVersion;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the settings of the application's connections to Redis, which the broker's
 * own have as well.
 */
@Tag("processes")
class RedisConnectionSettingsTests {

	/**
	 * What docs/operations.md says that a user has to be allowed.
	 */
	private static final String USER = "user app on >secret ~shop:* resetchannels &shop:* +@all -@dangerous +info";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RealtimeAutoConfiguration.class, RealtimeRedisAutoConfiguration.class,
				SslAutoConfiguration.class, DataRedisAutoConfiguration.class))
		.withPropertyValues("realtime.namespace=shop", "realtime.redis.timeout=5s");

	@Test
	void urlTellsPasswordAndDatabase() {
		try (RedisServer server = RedisServer.start("requirepass secret")) {
			this.runner
				.withPropertyValues("spring.data.redis.url=redis://:secret@" + server.address() + "/3",
						"spring.data.redis.client-name=app")
				.run((context) -> {
					assertThatChannelWorks(context, "post_1");
					assertThat(server.cli("INFO", "keyspace")).contains("db3:").doesNotContain("db0:");
					assertThat(clients(server)).as("commands and publications")
						.hasSize(2)
						.allMatch((client) -> client.contains(" db=3 "));
				});
		}
	}

	@Test
	void uriTellsABeanOfTheApplicationWhatPropertiesDoElse() {
		try (RedisServer server = RedisServer.start("requirepass secret")) {
			this.runner
				.withBean(LettuceConnectionFactory.class,
						() -> new LettuceConnectionFactory(LettuceConnectionFactory
							.createRedisConfiguration("redis://:secret@" + server.address() + "/3")))
				.run((context) -> {
					assertThatChannelWorks(context, "post_1");
					assertThat(server.cli("INFO", "keyspace")).contains("db3:").doesNotContain("db0:");
				});
		}
	}

	@Test
	void connectionDetailsTellWhatPropertiesDoElse() {
		try (RedisServer server = RedisServer.start("requirepass secret")) {
			this.runner.withPropertyValues("spring.data.redis.client-name=app")
				.withBean(DataRedisConnectionDetails.class, () -> new DataRedisConnectionDetails() {

					@Override
					public String getPassword() {
						return "secret";
					}

					@Override
					public Standalone getStandalone() {
						return Standalone.of(server.host(), server.port());
					}

				})
				.run((context) -> {
					assertThatChannelWorks(context, "post_1");
					assertThat(clients(server)).hasSize(2);
				});
		}
	}

	@ParameterizedTest
	@MethodSource("io.github.realtime.testing.Redis#available")
	void userNeedsNoMoreThanIsDocumented(Redis redis) {
		try (RedisServer server = RedisServer.start(redis, "user default off", USER)) {
			this.runner
				.withPropertyValues("spring.data.redis.host=" + server.host(),
						"spring.data.redis.port=" + server.port(), "spring.data.redis.username=app",
						"spring.data.redis.password=secret", "realtime.history.size=1")
				.run((context) -> {
					assertThatChannelWorks(context, "post_1");
					server.cli("SCRIPT", "FLUSH");
					RealtimeTemplate realtime = context.getBean(RealtimeTemplate.class);
					realtime.send("post_1", "again", SendOptions.defaults().idempotencyKey("k"));
					ChannelState state = realtime.channel("post_1").state();
					state.change((change) -> change.set("name", "value").increment("score", 1));
					state.clear();
					assertThat(refused(server)).isEmpty();
				});
		}
	}

	@ParameterizedTest
	@MethodSource("io.github.realtime.testing.Redis#available")
	void clusterIsFoundByOneNodeAndTakesTheSettingsOnAll(Redis redis) {
		try (RedisCluster cluster = RedisCluster.start(redis, "user default off", USER + " +cluster|nodes")) {
			this.runner
				.withPropertyValues("spring.data.redis.cluster.nodes=" + cluster.nodes().get(0).address(),
						"spring.data.redis.username=app", "spring.data.redis.password=secret",
						"spring.data.redis.client-name=app")
				.withBean(LettuceClientOptionsBuilderCustomizer.class,
						() -> (options) -> options.protocolVersion(ProtocolVersion.RESP2))
				.run((context) -> {
					for (RedisServer node : cluster.nodes()) {
						assertThatChannelWorks(context, cluster.nameOn(node, "post_"));
						assertThat(clients(node)).as("commands").isNotEmpty();
						assertThat(refused(node)).isEmpty();
					}
				});
		}
	}

	@Test
	void sentinelsAreAskedWithTheirOwnPassword() {
		try (RedisSentinels sentinels = RedisSentinels.start("requirepass secret", "masteruser fixture",
				"masterauth none")) {
			sentinels.sentinels()
				.forEach((sentinel) -> sentinel.cli("ACL", "SETUSER", "watcher", "on", ">sesame", "&*", "+@all"));
			ApplicationContextRunner runner = this.runner.withPropertyValues(
					"spring.data.redis.sentinel.nodes=" + sentinels.addresses(),
					"spring.data.redis.sentinel.master=" + sentinels.masterName(),
					"spring.data.redis.sentinel.username=watcher", "spring.data.redis.password=secret",
					"spring.data.redis.client-name=app", "spring.data.redis.database=2");
			runner.withPropertyValues("spring.data.redis.sentinel.password=sesame").run((context) -> {
				assertThatChannelWorks(context, "post_1");
				assertThat(clients(sentinels.master())).hasSize(2).allMatch((client) -> client.contains(" db=2 "));
			});
			runner.withPropertyValues("spring.data.redis.sentinel.password=wrong")
				.run((context) -> assertThatExceptionOfType(RealtimeUnavailableException.class)
					.isThrownBy(() -> context.getBean(RealtimeTemplate.class).send("post_1", "hello")));
		}
	}

	@Test
	void sslBundleSecuresTheConnections() {
		Certificate certificate = Certificate.create();
		int port = FreePorts.next();
		try (RedisServer server = withTls(port, certificate)) {
			ApplicationContextRunner runner = this.runner.withPropertyValues("spring.data.redis.host=127.0.0.1",
					"spring.data.redis.port=" + port, "spring.data.redis.client-name=app");
			runner
				.withPropertyValues("spring.data.redis.ssl.bundle=redis",
						"spring.ssl.bundle.pem.redis.truststore.certificate=" + certificate.certificate().toUri())
				.run((context) -> {
					assertThatChannelWorks(context, "post_1");
					assertThat(clients(server)).hasSize(2);
				});
			runner.withPropertyValues("spring.data.redis.ssl.enabled=true")
				.run((context) -> assertThatExceptionOfType(RealtimeUnavailableException.class)
					.as("unknown certificate")
					.isThrownBy(() -> context.getBean(RealtimeTemplate.class).send("post_1", "hello")));
		}
	}

	private static RedisServer withTls(int port, Certificate certificate) {
		try {
			return RedisServer.start("tls-port " + port, "tls-cert-file " + certificate.certificate(),
					"tls-key-file " + certificate.key(), "tls-ca-cert-file " + certificate.certificate(),
					"tls-auth-clients no");
		}
		catch (IllegalStateException ex) {
			return Assumptions.abort("This Redis has no TLS: " + ex.getMessage());
		}
	}

	private static void assertThatChannelWorks(ApplicationContext context, String channel) {
		List<Publication> heard = new CopyOnWriteArrayList<>();
		Broker broker = context.getBean(Broker.class);
		broker.listen(heard::add);
		await().ignoreExceptions().until(() -> broker.subscribe(channel).thenApply((none) -> true).get());
		RealtimeTemplate realtime = context.getBean(RealtimeTemplate.class);
		realtime.send(channel, "hello");
		realtime.send(channel, "world");
		await().until(() -> heard.size() == 2);
		assertThat(heard).extracting((publication) -> publication.data().asString()).containsExactly("hello", "world");
	}

	/**
	 * The commands that the user was refused. By CLIENT, all of which is dangerous in
	 * 6.2, the driver tells its name if it may.
	 */
	private static List<String> refused(RedisServer server) {
		List<String> log = server.cli("ACL", "LOG").lines().toList();
		return IntStream.range(1, log.size())
			.filter((i) -> log.get(i - 1).equals("object"))
			.mapToObj(log::get)
			.filter((command) -> !command.equals("client"))
			.toList();
	}

	private static List<String> clients(RedisServer server) {
		return server.cli("CLIENT", "LIST").lines().filter((client) -> client.contains(" name=app ")).toList();
	}

}
