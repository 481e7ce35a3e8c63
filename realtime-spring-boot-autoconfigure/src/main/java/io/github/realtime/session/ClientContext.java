package io.github.realtime.session;

import java.util.function.LongSupplier;

import org.springframework.context.ApplicationEventPublisher;

/**
 * What the clients of a hub have in common.
 *
 * @param limits what the hub grants each of them
 * @param executors the threads that write to them and publish their events
 * @param events gets their events
 * @param nanoTime the clock, {@link System#nanoTime()} but in tests
 */
record ClientContext(SessionLimits limits, HubExecutors executors, ApplicationEventPublisher events,
		LongSupplier nanoTime) {

	long now() {
		return this.nanoTime.getAsLong();
	}

}
