package io.github.realtime.sample;

import java.time.Instant;

import io.github.realtime.RealtimeTemplate;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The line on top of every page.
 */
@Component
class Ticker {

	private final Windows windows;

	private final RealtimeTemplate realtime;

	Ticker(Windows windows, RealtimeTemplate realtime) {
		this.windows = windows;
		this.realtime = realtime;
	}

	@Scheduled(fixedRateString = "1s")
	void send() {
		// Nobody misses one that could not be sent
		this.realtime.sendAsync("ticker", tick());
	}

	Tick tick() {
		// Whoever reads this has one open
		return new Tick(Instant.now(), Math.max(1, this.windows.count()));
	}

	/**
	 * A message: the time on the server, and how many windows are open.
	 */
	record Tick(Instant time, int windows) {

	}

}
