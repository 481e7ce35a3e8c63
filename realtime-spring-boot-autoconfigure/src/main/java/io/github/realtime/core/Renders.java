package io.github.realtime.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.github.realtime.Position;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.Draft;
import io.github.realtime.support.Futures;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells pages to fetch themselves. The first time of a burst is told at once, what
 * follows within a moment is told together at its end: more would push out of the history
 * what else is there, and make every page fetch what is old again.
 */
final class Renders {

	private static final Duration WINDOW = Duration.ofMillis(100);

	private static final Executor LATER = CompletableFuture.delayedExecutor(WINDOW.toMillis(), TimeUnit.MILLISECONDS);

	private static final Log logger = LogFactory.getLog(RealtimeTemplate.class);

	private final Broker broker;

	private final SendFailures failures;

	/** What was told a moment ago, and whether it is to be told again. */
	private final ConcurrentMap<Draft, Boolean> told = new ConcurrentHashMap<>();

	Renders(Broker broker, SendFailures failures) {
		this.broker = broker;
		this.failures = failures;
	}

	/**
	 * Tells the pages now, or in a moment where they have just been told.
	 * @param draft what they are told
	 */
	void render(Draft draft) {
		if (!this.told.merge(draft, false, (before, now) -> true)) {
			LATER.execute(() -> tellAgain(draft));
			Futures.await(this.broker.publish(draft));
		}
	}

	private void tellAgain(Draft draft) {
		Boolean again = this.told.computeIfPresent(draft, (told, waiting) -> waiting ? false : null);
		if (again != null) {
			LATER.execute(() -> tellAgain(draft));
			publish(draft);
		}
	}

	private void publish(Draft draft) {
		CompletableFuture<Position> told = CompletableFuture.completedFuture(draft).thenCompose(this.broker::publish);
		Callbacks.apart(told).exceptionally((failure) -> {
			logger.error("Rendering '" + draft.channel() + "' once more failed", failure);
			this.failures.publish(draft, Futures.asRealtimeException(failure));
			return null;
		});
	}

	/**
	 * Tells what waits.
	 */
	void flush() {
		this.told.forEach((draft, waiting) -> {
			if (waiting && this.told.remove(draft, true)) {
				publish(draft);
			}
		});
	}

}
