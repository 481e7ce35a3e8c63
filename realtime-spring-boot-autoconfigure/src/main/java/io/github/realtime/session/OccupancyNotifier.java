package io.github.realtime.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.github.realtime.core.HandledChannel;
import io.github.realtime.core.StateHandlers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the application which channels open and close, those of one channel one after the
 * other.
 */
final class OccupancyNotifier {

	private static final Log logger = LogFactory.getLog(OccupancyNotifier.class);

	private final StateHandlers handlers;

	private final CommandOrder order = new CommandOrder();

	OccupancyNotifier(StateHandlers handlers) {
		this.handlers = handlers;
	}

	boolean isWatched(String channel) {
		HandledChannel handled = this.handlers.of(channel);
		return handled != null && handled.isWatched();
	}

	void opened(String channel) {
		tell(channel, HandledChannel::opened);
	}

	void closed(String channel) {
		tell(channel, HandledChannel::closed);
	}

	private void tell(String channel, Consumer<HandledChannel> what) {
		HandledChannel handled = this.handlers.of(channel);
		if (handled != null) {
			this.order.inOrder(channel, () -> tell(handled, what));
		}
	}

	private CompletableFuture<?> tell(HandledChannel handled, Consumer<HandledChannel> what) {
		try {
			return CompletableFuture.runAsync(() -> what.accept(handled), this.handlers.threads())
				.whenComplete((done, failure) -> {
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
