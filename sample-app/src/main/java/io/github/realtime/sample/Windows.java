package io.github.realtime.sample;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.ClientConnectedEvent;
import io.github.realtime.ClientDisconnectedEvent;

import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Counts the open windows.
 */
@Component
@Profile("!redis")
class Windows {

	private final AtomicInteger here = new AtomicInteger();

	@EventListener
	void opened(ClientConnectedEvent event) {
		this.here.incrementAndGet();
	}

	@EventListener
	void closed(ClientDisconnectedEvent event) {
		this.here.decrementAndGet();
	}

	int count() {
		return this.here.get();
	}

}
