package io.github.realtime.session;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Checks at intervals whether clients are there, and whether those who see who is on a
 * channel got every change.
 */
final class HubSchedule {

	private static final Duration PRESENCE_CHECK = Duration.ofSeconds(5);

	/** How long it may take until every client has been checked. */
	private static final Duration MAX_ROUND = Duration.ofSeconds(1);

	private static final Log logger = LogFactory.getLog(HubSchedule.class);

	private final HubClients clients;

	private final HubChannels channels;

	private final HubPresence presence;

	private final LongSupplier nanoTime;

	private long presenceChecked;

	HubSchedule(HubClients clients, HubChannels channels, HubPresence presence, LongSupplier nanoTime) {
		this.clients = clients;
		this.channels = channels;
		this.presence = presence;
		this.nanoTime = nanoTime;
	}

	/**
	 * Begins to check, until the timer is shut down.
	 * @param timer where the checks run
	 * @param heartbeat how long clients may be silent
	 */
	void start(ScheduledExecutorService timer, Duration heartbeat) {
		long tick = Math.max(1, Math.min(heartbeat.toNanos() / 5, MAX_ROUND.toNanos()) / StaggeredChecks.PARTS);
		StaggeredChecks connected = new StaggeredChecks(this.clients.connected());
		StaggeredChecks leaving = new StaggeredChecks(this.clients.leaving());
		timer.scheduleWithFixedDelay(() -> tick(connected, leaving), tick, tick, TimeUnit.NANOSECONDS);
	}

	private void tick(StaggeredChecks connected, StaggeredChecks leaving) {
		try {
			long now = this.nanoTime.getAsLong();
			connected.checkNext(now);
			leaving.checkNext(now);
			if (now - this.presenceChecked >= PRESENCE_CHECK.toNanos()) {
				this.presenceChecked = now;
				this.channels.checkPresence(this.presence);
			}
		}
		catch (RuntimeException | Error ex) {
			// An exception would cancel the schedule
			logger.error("Checking clients failed", ex);
		}
	}

}
