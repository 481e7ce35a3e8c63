package io.github.realtime.autoconfigure;

import io.github.realtime.RealtimeSendFailedEvent;
import io.github.realtime.session.Client;
import io.github.realtime.session.CommandDispatcher;
import io.github.realtime.session.FakeConnection;
import io.github.realtime.session.Hub;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RealtimeMetricsAutoConfiguration}.
 */
class RealtimeMetricsAutoConfigurationTests {

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(RealtimeAutoConfiguration.class,
			RealtimeMetricsAutoConfiguration.class, RealtimeWebSocketAutoConfiguration.class,
			MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
			SimpleMetricsExportAutoConfiguration.class);

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(CONFIGURATIONS);

	private final WebApplicationContextRunner webRunner = new WebApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS);

	@Test
	void sendFailuresAreCounted() {
		this.runner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.get("realtime.send.failures").functionCounter().count()).isZero();
			RealtimeSendFailedEvent failed = new RealtimeSendFailedEvent("post_1", "1", null, null,
					new RuntimeException());
			context.publishEvent(failed);
			context.publishEvent(failed);
			assertThat(registry.get("realtime.send.failures").functionCounter().count()).isEqualTo(2);
			assertThat(registry.find("realtime.clients").gauge()).isNull();
		});
	}

	@Test
	void clientsAndChannelsAreCounted() {
		this.webRunner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			Hub hub = context.getBean(Hub.class);
			hub.open(new FakeConnection());
			Client client = hub.open(new FakeConnection());
			for (String channel : new String[] { "a", "b", "c" }) {
				context.getBean(CommandDispatcher.class)
					.receive(client, "{\"type\":\"subscribe\",\"id\":1,\"channel\":\"" + channel + "\"}");
			}
			assertThat(registry.get("realtime.clients").gauge().value()).isEqualTo(2);
			assertThat(registry.get("realtime.channels").gauge().value()).isEqualTo(3);
			hub.closed(client);
			assertThat(registry.get("realtime.clients").gauge().value()).isEqualTo(1);
			assertThat(registry.get("realtime.channels").gauge().value()).isZero();
		});
	}

	@Test
	void disabledLeavesNoMetrics() {
		this.runner.withPropertyValues("realtime.enabled=false")
			.run((context) -> assertThat(context.getBean(MeterRegistry.class).getMeters())
				.noneMatch((meter) -> meter.getId().getName().startsWith("realtime")));
	}

}
