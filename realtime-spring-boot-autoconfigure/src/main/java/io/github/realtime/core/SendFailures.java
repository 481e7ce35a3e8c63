package io.github.realtime.core;

import io.github.realtime.RealtimeSendFailedEvent;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.broker.Draft;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Tells the application what could not be sent when nobody was waiting for it any more.
 */
final class SendFailures {

	private static final String DATA = ",\"data\":";

	private static final Log logger = LogFactory.getLog(RealtimeTemplate.class);

	private final ApplicationEventPublisher events;

	SendFailures(ApplicationEventPublisher events) {
		this.events = events;
	}

	void publish(Draft draft, RuntimeException cause) {
		try {
			this.events.publishEvent(event(draft, cause));
		}
		catch (RuntimeException ex) {
			logger.error("A listener for RealtimeSendFailedEvent failed", ex);
		}
	}

	private static RealtimeSendFailedEvent event(Draft draft, RuntimeException cause) {
		String json = json(draft.tail().text());
		return new RealtimeSendFailedEvent(draft.channel(), json, (json != null) ? draft.excluded() : null,
				draft.idempotencyKey(), cause);
	}

	private static @Nullable String json(String tail) {
		return tail.startsWith(DATA) ? tail.substring(DATA.length(), tail.length() - 1) : null;
	}

}
