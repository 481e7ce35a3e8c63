package io.github.realtime.sample;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.ClientConnectedEvent;
import io.github.realtime.ClientDisconnectedEvent;
import io.github.realtime.RealtimeTemplate;

import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The line on top of every page.
 */
@Component
class Ticker {

	private final AtomicInteger windows = new AtomicInteger();

	private final RealtimeTemplate realtime;

	Ticker(RealtimeTemplate realtime) {
		this.realtime = realtime;
	}

	@Scheduled(fixedRateString = "1s")
	void send() {
		this.realtime.send("ticker", tick());
	}

	@EventListener
	void windowOpened(ClientConnectedEvent event) {
		this.windows.incrementAndGet();
	}

	@EventListener
	void windowClosed(ClientDisconnectedEvent event) {
		this.windows.decrementAndGet();
	}

	Tick tick() {
		// Whoever reads this has one open
		return new Tick(Instant.now(), Math.max(1, this.windows.get()));
	}

	/**
	 * A message: the time on the server, and how many windows are open.
	 */
	record Tick(Instant time, int windows) {

	}

}
