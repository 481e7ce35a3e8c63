package io.github.realtime.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes the events of one client: in order, one at a time, on threads that no client
 * waits for, since the application's listeners may be slow.
 */
final class ClientEvents {

	private static final int MAX_WAITING = 1000;

	private static final Log logger = LogFactory.getLog(ClientEvents.class);

	private final Executor executor;

	private final ApplicationEventPublisher publisher;

	private final Deque<Object> waiting = new ArrayDeque<>(2);

	private boolean publishing;

	/**
	 * Creates a queue.
	 * @param executor runs the task that publishes
	 * @param publisher publishes one event
	 */
	ClientEvents(Executor executor, ApplicationEventPublisher publisher) {
		this.executor = executor;
		this.publisher = publisher;
	}

	/**
	 * Adds an event. It is published in any case, so that every begin has its end.
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
			publish(event);
		}
	}

	private void publish(Object event) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (RuntimeException | Error ex) {
			logger.error("A listener for " + event.getClass().getSimpleName() + " failed", ex);
		}
	}

	private synchronized @Nullable Object next() {
		Object event = this.waiting.pollFirst();
		this.publishing = event != null;
		return event;
	}

}
