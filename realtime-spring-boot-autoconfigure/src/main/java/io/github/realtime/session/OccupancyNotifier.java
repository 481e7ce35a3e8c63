package io.github.realtime.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.github.realtime.core.HandledChannel;
import io.github.realtime.core.StateHandlers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Calls the application's handlers when the first client of a channel comes and when the
 * last one goes, one call after the other for each channel.
 */
final class OccupancyNotifier {

	private static final Log logger = LogFactory.getLog(OccupancyNotifier.class);

	private final CommandOrder order = new CommandOrder();

	private volatile @Nullable StateHandlers handlers;

	/**
	 * Sets the handlers, of which there are none at first.
	 * @param handlers the application's
	 */
	void use(StateHandlers handlers) {
		this.handlers = handlers;
	}

	boolean isWatched(String channel) {
		StateHandlers handlers = this.handlers;
		HandledChannel handled = (handlers != null) ? handlers.of(channel) : null;
		return handled != null && handled.isWatched();
	}

	void opened(String channel) {
		call(channel, HandledChannel::opened);
	}

	void closed(String channel) {
		call(channel, HandledChannel::closed);
	}

	private void call(String channel, Consumer<HandledChannel> method) {
		StateHandlers handlers = this.handlers;
		HandledChannel handled = (handlers != null) ? handlers.of(channel) : null;
		if (handlers != null && handled != null) {
			this.order.inOrder(channel, () -> call(handled, method, handlers.threads()));
		}
	}

	private static CompletableFuture<?> call(HandledChannel handled, Consumer<HandledChannel> method,
			Executor threads) {
		try {
			return CompletableFuture.runAsync(() -> method.accept(handled), threads).whenComplete((done, failure) -> {
				if (failure != null) {
					logger.error("What " + handled + " does when it opens or closes failed", failure);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			logger.error(handled + " could not be told that it opened or closed", ex);
			return CompletableFuture.completedFuture(null);
		}
	}

}
