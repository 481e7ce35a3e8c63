package io.github.realtime.autoconfigure;

import io.github.realtime.session.Hub;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the metrics of Realtime.
 */
@AutoConfiguration(after = { RealtimeAutoConfiguration.class, RealtimeWebSocketAutoConfiguration.class })
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(RealtimeProperties.class)
public final class RealtimeMetricsAutoConfiguration {

	@Bean
	RealtimeMetrics realtimeMetrics(ObjectProvider<Hub> hub) {
		return new RealtimeMetrics(hub.getIfAvailable());
	}

}
