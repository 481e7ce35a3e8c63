package io.github.realtime.core;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;

import io.github.realtime.MatchedChannel;
import io.github.realtime.state.StateHandler;
import io.github.realtime.support.DaemonThreads;
import io.github.realtime.support.JsonCodec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The application's {@link StateHandler}s, and the threads that they run on.
 */
public final class StateHandlers implements AutoCloseable {

	private static final int THREADS = 32;

	private static final int MAX_WAITING = 10_000;

	private final List<StateHandler> handlers;

	private final JsonCodec json;

	private final ThreadPoolExecutor threads = DaemonThreads.pool("realtime-state-", THREADS, MAX_WAITING);

	/** Others, since those who wait for a value may be all of the former. */
	private final ThreadPoolExecutor loaders = DaemonThreads.pool("realtime-load-", THREADS, MAX_WAITING);

	/**
	 * Creates it.
	 * @param handlers in the order in which they decide
	 * @param mapper makes JSON of what they return
	 * @param messageSize the largest value, in bytes of JSON
	 * @throws IllegalStateException if one does nothing
	 */
	public StateHandlers(List<StateHandler> handlers, JsonMapper mapper, long messageSize) {
		handlers.forEach(StateHandler::requireParts);
		this.handlers = List.copyOf(handlers);
		this.json = new JsonCodec(mapper, messageSize);
	}

	/**
	 * Finds the handler of a channel.
	 * @param channel the channel
	 * @return the handler, or {@code null} if it has none
	 */
	public @Nullable HandledChannel of(String channel) {
		for (StateHandler handler : this.handlers) {
			MatchedChannel match = handler.match(channel);
			if (match != null) {
				return new HandledChannel(handler, match, this.json);
			}
		}
		return null;
	}

	/**
	 * Tells whether any wants to know when channels open or close.
	 * @return {@code true} if one does
	 */
	public boolean watchChannels() {
		return this.handlers.stream().anyMatch((handler) -> handler.opened() != null || handler.closed() != null);
	}

	/**
	 * Returns where the application's code runs.
	 * @return refuses when more is waiting than can be done in time
	 */
	public Executor threads() {
		return this.threads;
	}

	Executor loaders() {
		return this.loaders;
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
		this.loaders.shutdownNow();
	}

}
