package io.github.realtime.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * What the application is told of one client: in order, one at a time, on threads that no
 * client waits for. Its listeners may be slow.
 */
final class ClientEvents {

	private static final int MAX_WAITING = 1000;

	private final Executor executor;

	private final Consumer<Object> publisher;

	private final Deque<Object> waiting = new ArrayDeque<>(2);

	private boolean publishing;

	/**
	 * Creates a queue.
	 * @param executor runs what publishes
	 * @param publisher publishes one event; throws nothing
	 */
	ClientEvents(Executor executor, Consumer<Object> publisher) {
		this.executor = executor;
		this.publisher = publisher;
	}

	/**
	 * Adds an event. It is published in any case, so that nothing is told by halves.
	 * @param event the event
	 * @return {@code false} if so much waits that the client should do nothing more
	 */
	boolean add(Object event) {
		synchronized (this) {
			this.waiting.addLast(event);
			if (this.publishing) {
				return this.waiting.size() <= MAX_WAITING;
			}
			this.publishing = true;
		}
		this.executor.execute(this::publish);
		return true;
	}

	private void publish() {
		for (Object event = next(); event != null; event = next()) {
			this.publisher.accept(event);
		}
	}

	private synchronized @Nullable Object next() {
		Object event = this.waiting.pollFirst();
		this.publishing = event != null;
		return event;
	}

}
