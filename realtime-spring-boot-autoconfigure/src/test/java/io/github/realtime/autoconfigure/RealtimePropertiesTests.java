package io.github.realtime.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.realtime.autoconfigure.RealtimeProperties.AuthenticationMode;
import io.github.realtime.autoconfigure.RealtimeProperties.BrokerType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link RealtimeProperties}.
 */
class RealtimePropertiesTests {

	private static final Map<String, Object> DEFAULTS = new LinkedHashMap<>();

	static {
		DEFAULTS.put("realtime.enabled", true);
		DEFAULTS.put("realtime.path", "/realtime");
		DEFAULTS.put("realtime.allowed-origins", null);
		DEFAULTS.put("realtime.broker", "auto");
		DEFAULTS.put("realtime.namespace", null);
		DEFAULTS.put("realtime.redis.timeout", "2s");
		DEFAULTS.put("realtime.heartbeat", "25s");
		DEFAULTS.put("realtime.compression", false);
		DEFAULTS.put("realtime.authentication.mode", "optional");
		DEFAULTS.put("realtime.authentication.timeout", "10s");
		DEFAULTS.put("realtime.history.size", 100);
		DEFAULTS.put("realtime.history.bytes", "1MB");
		DEFAULTS.put("realtime.history.ttl", "5m");
		DEFAULTS.put("realtime.channels", null);
		DEFAULTS.put("realtime.presence.grace", "10s");
		DEFAULTS.put("realtime.limits.message-size", "1MB");
		DEFAULTS.put("realtime.limits.frame-size", "64KB");
		DEFAULTS.put("realtime.limits.state-size", "4MB");
		DEFAULTS.put("realtime.limits.state-keys", 10000);
		DEFAULTS.put("realtime.limits.channels-per-client", 100);
		DEFAULTS.put("realtime.limits.clients", 0);
		DEFAULTS.put("realtime.limits.clients-per-user", 0);
		DEFAULTS.put("realtime.limits.publishes-per-second", 100);
		DEFAULTS.put("realtime.limits.commands-per-second", 100);
		DEFAULTS.put("realtime.limits.calls-per-client", 20);
		DEFAULTS.put("realtime.limits.calls", 200);
		DEFAULTS.put("realtime.limits.outbound-queue", "1MB");
	}

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RealtimeAutoConfiguration.class));

	@Test
	void everyPropertyIsBound() {
		this.runner.withPropertyValues("realtime.enabled=true", "realtime.path=/live/posts",
				"realtime.allowed-origins=https://a.example,https://*.b.example", "realtime.broker=memory",
				"realtime.namespace=shop", "realtime.redis.timeout=500ms", "realtime.heartbeat=7s",
				"realtime.compression=true", "realtime.authentication.mode=required",
				"realtime.authentication.timeout=8s", "realtime.history.size=1", "realtime.history.bytes=2KB",
				"realtime.history.ttl=3s", "realtime.channels[0].pattern=chat_*",
				"realtime.channels[0].client-publish=true", "realtime.channels[0].history.size=4",
				"realtime.channels[0].history.bytes=5KB", "realtime.channels[0].history.ttl=6s",
				"realtime.presence.grace=16s", "realtime.channels[0].presence=true",
				"realtime.channels[0].state.client-write=true", "realtime.channels[0].state.ttl=30d",
				"realtime.channels[1].pattern=/note/{id}", "realtime.limits.message-size=7KB",
				"realtime.limits.state-size=13KB", "realtime.limits.state-keys=14", "realtime.limits.frame-size=8KB",
				"realtime.limits.channels-per-client=9", "realtime.limits.clients=10",
				"realtime.limits.clients-per-user=15", "realtime.limits.publishes-per-second=17",
				"realtime.limits.commands-per-second=11", "realtime.limits.calls-per-client=18",
				"realtime.limits.calls=19", "realtime.limits.outbound-queue=12KB")
			.run((context) -> {
				RealtimeProperties properties = context.getBean(RealtimeProperties.class);
				assertThat(properties.isEnabled()).isTrue();
				assertThat(properties.getPath()).isEqualTo("/live/posts");
				assertThat(properties.getAllowedOrigins()).containsExactly("https://a.example", "https://*.b.example");
				assertThat(properties.getBroker()).isEqualTo(BrokerType.MEMORY);
				assertThat(properties.getHeartbeat()).isEqualTo(Duration.ofSeconds(7));
				assertThat(properties.isCompression()).isTrue();
				assertThat(properties.getAuthentication().getMode()).isEqualTo(AuthenticationMode.REQUIRED);
				assertThat(properties.getAuthentication().getTimeout()).isEqualTo(Duration.ofSeconds(8));
				assertThat(properties.getHistory().getSize()).isEqualTo(1);
				assertThat(properties.getHistory().getBytes()).isEqualTo(DataSize.ofKilobytes(2));
				assertThat(properties.getHistory().getTtl()).isEqualTo(Duration.ofSeconds(3));
				assertThat(properties.getChannels()).extracting(RealtimeProperties.Channel::getPattern)
					.containsExactly("chat_*", "/note/{id}");
				assertThat(properties.getChannels()).extracting(RealtimeProperties.Channel::getClientPublish)
					.containsExactly(true, null);
				RealtimeProperties.ChannelHistory history = properties.getChannels().get(0).getHistory();
				assertThat(history.getSize()).isEqualTo(4);
				assertThat(history.getBytes()).isEqualTo(DataSize.ofKilobytes(5));
				assertThat(history.getTtl()).isEqualTo(Duration.ofSeconds(6));
				assertThat(properties.getPresence().getGrace()).isEqualTo(Duration.ofSeconds(16));
				assertThat(properties.getChannels().get(0).getPresence()).isTrue();
				assertThat(properties.getChannels().get(1).getPresence()).isNull();
				assertThat(properties.getChannels().get(0).getState().getClientWrite()).isTrue();
				assertThat(properties.getChannels().get(0).getState().getTtl()).isEqualTo(Duration.ofDays(30));
				assertThat(properties.getChannels().get(1).getState().getClientWrite()).isNull();
				assertThat(properties.getChannels().get(1).getState().getTtl()).isNull();
				assertThat(properties.getLimits().getMessageSize()).isEqualTo(DataSize.ofKilobytes(7));
				assertThat(properties.getLimits().getStateSize()).isEqualTo(DataSize.ofKilobytes(13));
				assertThat(properties.getLimits().getStateKeys()).isEqualTo(14);
				assertThat(properties.getLimits().getFrameSize()).isEqualTo(DataSize.ofKilobytes(8));
				assertThat(properties.getLimits().getChannelsPerClient()).isEqualTo(9);
				assertThat(properties.getLimits().getClients()).isEqualTo(10);
				assertThat(properties.getLimits().getClientsPerUser()).isEqualTo(15);
				assertThat(properties.getLimits().getPublishesPerSecond()).isEqualTo(17);
				assertThat(properties.getLimits().getCommandsPerSecond()).isEqualTo(11);
				assertThat(properties.getLimits().getCallsPerClient()).isEqualTo(18);
				assertThat(properties.getLimits().getCalls()).isEqualTo(19);
				assertThat(properties.getLimits().getOutboundQueue()).isEqualTo(DataSize.ofKilobytes(12));
			});
	}

	@Test
	void metadataHasEachPropertyWithDescriptionAndDefault() throws IOException {
		Map<String, Object> defaults = new LinkedHashMap<>();
		for (JsonNode property : metadata().get("properties")) {
			String name = property.get("name").asString();
			assertThat(property.path("description").asString("")).as(name).endsWith(".");
			defaults.put(name, JsonMapper.shared().treeToValue(property.get("defaultValue"), Object.class));
		}
		assertThat(defaults).containsExactlyInAnyOrderEntriesOf(DEFAULTS);
	}

	@Test
	void metadataDefaultsAreThoseInForce() {
		MockEnvironment environment = new MockEnvironment();
		DEFAULTS.forEach((name, value) -> {
			if (value != null) {
				environment.setProperty(name, value.toString());
			}
		});
		assertThat(Binder.get(environment).bind("realtime", RealtimeProperties.class).get()).usingRecursiveComparison()
			.isEqualTo(new RealtimeProperties());
	}

	private static JsonNode metadata() throws IOException {
		List<URL> files = Collections.list(RealtimePropertiesTests.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json"));
		for (URL file : files) {
			try (InputStream stream = file.openStream()) {
				JsonNode metadata = JsonMapper.shared().readTree(stream);
				if (metadata.toString().contains("\"realtime.path\"")) {
					return metadata;
				}
			}
		}
		throw new AssertionError("None of " + files + " is ours");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			"realtime.path|realtime|write a path such as '/realtime'",
			"realtime.path|/|write a path such as '/realtime'",
			"realtime.path|/realtime/|write a path such as '/realtime'",
			"realtime.path|/realtime/**|write a path such as '/realtime'",
			"realtime.allowed-origins[0]|example.com|write an origin such as 'https://example.com'",
			"realtime.allowed-origins[1]|https://a.example/|write an origin such as 'https://example.com'",
			"realtime.namespace|a{b}|write a name without braces",
			"realtime.redis.timeout|0s|write a duration from '50ms'", "realtime.redis.timeout|2m|to '1m'",
			"realtime.heartbeat|99ms|write a duration from '100ms' to '1h'",
			"realtime.heartbeat|-5s|write a duration from '100ms' to '1h'",
			"realtime.authentication.timeout|99ms|write a duration from '100ms' to '1h'",
			"realtime.history.size|-1|write 0 for no history, or how many publications to keep",
			"realtime.history.bytes|0B|write a size such as '1MB'; for no history, size: 0",
			"realtime.history.ttl|0s|write a duration from '1ms' to '365d', such as '5m'",
			"realtime.history.ttl|9999999999999h|write a duration from '1ms' to '365d', such as '5m'",
			"realtime.channels[0].pattern|\"\"|a pattern must not be empty",
			"realtime.channels[0].pattern|chat_**|'**' is not supported, write '*'",
			"realtime.channels[0].pattern|chat {id}|' ' at character 5 can't stand in a channel name",
			"realtime.channels[1].pattern|chat_*|there is a rule with this pattern above",
			"realtime.channels[0].history.size|-1|write 0 for no history, or how many publications to keep",
			"realtime.channels[0].history.bytes|-1MB|write a size such as '1MB'; for no history, size: 0",
			"realtime.channels[0].history.ttl|-1s|write a duration from '1ms' to '365d', such as '5m'",
			"realtime.channels[0].state.ttl|0s|write a duration from '1ms' to '365d', such as '30d'; for good, leave it out",
			"realtime.limits.state-size|0B|write a size from '1B' to '2047MB'",
			"realtime.limits.state-keys|0|write 1 or more",
			"realtime.limits.message-size|0B|write a size from '1B' to '2047MB'",
			"realtime.limits.message-size|2GB|write a size from '1B' to '2047MB'",
			"realtime.limits.frame-size|1023B|write a size from '1024B' to '2047MB'",
			"realtime.limits.channels-per-client|0|write 1 or more",
			"realtime.channels[0].overflow|latest|'latest' needs a channel without history: write history.size: 0 beside it",
			"realtime.presence.grace|-1s|write a duration from '0s' to '1h'",
			"realtime.limits.publishes-per-second|-1|write 0 for no limit, or how many messages a channel takes",
			"realtime.limits.clients-per-user|-1|write 0 for no limit, or how many clients to take",
			"realtime.limits.clients|-1|write 0 for no limit, or how many clients to take",
			"realtime.limits.commands-per-second|0|write 1 or more",
			"realtime.limits.calls-per-client|0|write 1 or more", "realtime.limits.calls|0|write 1 or more",
			"realtime.limits.outbound-queue|1B|write a size from '1024B' to '2047MB'" })
	@ExtendWith(OutputCaptureExtension.class)
	void wrongValueStopsTheStartAndSaysWhatToWrite(String property, String value, String advice,
			CapturedOutput output) {
		Map<String, Object> properties = new LinkedHashMap<>(Map.of(property, value));
		if (property.matches("realtime\\.channels\\[0]\\.(history|state|overflow).*")) {
			properties.put("realtime.channels[0].pattern", "chat_*");
		}
		if (property.contains("channels[1]")) {
			properties.put("realtime.channels[0].pattern", value);
		}
		if (property.endsWith("[1]")) {
			properties.put(property.replace("[1]", "[0]"), "https://*.example");
		}
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setDefaultProperties(properties);
		assertThatException().isThrownBy(application::run);
		String report = output.toString().substring(output.toString().indexOf("APPLICATION FAILED TO START"));
		assertThat(report.lines().map(String::strip)).anyMatch((line) -> line.startsWith("Value: \""))
			.anyMatch((line) -> line.startsWith("Reason: ") && line.contains(advice))
			.anyMatch((line) -> line.startsWith("Property: realtime.")
					&& line.replace("-", "").equalsIgnoreCase("Property: " + property.replace("-", "")));
		if (!property.contains("allowed-origins[") && !property.endsWith("overflow")
				&& !property.contains("channels[1]")) {
			// Boot does not know the origin of an element, nor of what contradicts
			// another
			// property
			assertThat(report).contains("Origin: \"" + property + "\" from property source \"defaultProperties\"");
		}
	}

	@ParameterizedTest
	@CsvSource({ "realtime.broker,kafka", "realtime.heartbeat,soon", "realtime.history.bytes,much",
			"realtime.limits.clients,many", "realtime.compression,perhaps" })
	void valueOfAnotherKindStopsTheStartAndIsNamed(String property, String value) {
		this.runner.withPropertyValues(property + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.satisfies((cause) -> assertThat(context.getStartupFailure())
					.hasStackTraceContaining("'" + property + "'")));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(RealtimeAutoConfiguration.class)
	static class Application {

	}

}
