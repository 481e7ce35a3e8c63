package io.github.realtime.autoconfigure;

import java.util.concurrent.atomic.LongAdder;

import io.github.realtime.RealtimeSendFailedEvent;
import io.github.realtime.session.Hub;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;

/**
 * The metrics of one instance.
 */
final class RealtimeMetrics implements MeterBinder {

	private final @Nullable Hub hub;

	private final LongAdder sendFailures = new LongAdder();

	RealtimeMetrics(@Nullable Hub hub) {
		this.hub = hub;
	}

	@EventListener
	void onSendFailed(RealtimeSendFailedEvent event) {
		this.sendFailures.increment();
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		FunctionCounter.builder("realtime.send.failures", this.sendFailures, LongAdder::sum)
			.description("Messages and renders that could not be sent after the commit they waited for")
			.register(registry);
		if (this.hub != null) {
			Gauge.builder("realtime.clients", this.hub, Hub::clientCount)
				.description("Clients connected to this instance")
				.register(registry);
			Gauge.builder("realtime.channels", this.hub, Hub::channelCount)
				.description("Channels with a subscriber on this instance")
				.register(registry);
		}
	}

}
