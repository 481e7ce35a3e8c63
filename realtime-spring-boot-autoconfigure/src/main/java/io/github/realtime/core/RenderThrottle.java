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
 * Publishes that pages are to fetch themselves, at most once in 100 ms for each key. The
 * first render of a burst is published at once; those that follow are published together
 * at the end of the 100 ms. More of them would displace other publications from the
 * history, and make every page fetch what is about to change again.
 */
final class RenderThrottle {

	private static final Duration WINDOW = Duration.ofMillis(100);

	private static final Executor LATER = CompletableFuture.delayedExecutor(WINDOW.toMillis(), TimeUnit.MILLISECONDS);

	private static final Log logger = LogFactory.getLog(RealtimeTemplate.class);

	private final Broker broker;

	private final SendFailures failures;

	/** Whether what was published a moment ago has to be published again. */
	private final ConcurrentMap<Draft, Boolean> published = new ConcurrentHashMap<>();

	RenderThrottle(Broker broker, SendFailures failures) {
		this.broker = broker;
		this.failures = failures;
	}

	/**
	 * Publishes a render, now or at the end of the 100 ms that have begun.
	 * @param draft the publication
	 */
	void render(Draft draft) {
		if (!this.published.merge(draft, false, (before, now) -> true)) {
			LATER.execute(() -> publishAgain(draft));
			Futures.await(this.broker.publish(draft));
		}
	}

	private void publishAgain(Draft draft) {
		Boolean again = this.published.computeIfPresent(draft, (key, waiting) -> waiting ? false : null);
		if (again != null) {
			LATER.execute(() -> publishAgain(draft));
			publish(draft);
		}
	}

	private void publish(Draft draft) {
		CompletableFuture<Position> outcome = CompletableFuture.completedFuture(draft)
			.thenCompose(this.broker::publish);
		CallbackExecutor.apart(outcome).exceptionally((failure) -> {
			logger.error("Rendering '" + draft.channel() + "' once more failed", failure);
			this.failures.publish(draft, Futures.asRealtimeException(failure));
			return null;
		});
	}

	/**
	 * Publishes what is waiting, without waiting any longer.
	 */
	void flush() {
		this.published.forEach((draft, waiting) -> {
			if (waiting && this.published.remove(draft, true)) {
				publish(draft);
			}
		});
	}

}
