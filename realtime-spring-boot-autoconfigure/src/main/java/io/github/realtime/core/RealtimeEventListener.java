package io.github.realtime.core;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.annotation.RealtimeEvent;
import io.github.realtime.support.ChannelTemplate;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Sends application events of classes annotated with {@link RealtimeEvent}.
 */
public final class RealtimeEventListener implements GenericApplicationListener {

	private final Supplier<RealtimeTemplate> realtime;

	private final Map<Class<?>, ChannelTemplate> channels = new ConcurrentHashMap<>();

	/**
	 * Creates a listener.
	 * @param realtime sends what it hears; asked for not before there is something, since
	 * Spring creates every listener at the first event of its start
	 */
	public RealtimeEventListener(Supplier<RealtimeTemplate> realtime) {
		this.realtime = realtime;
	}

	@Override
	public boolean supportsEventType(ResolvableType eventType) {
		ResolvableType payload = eventType.as(PayloadApplicationEvent.class);
		Class<?> type = ((payload != ResolvableType.NONE) ? payload.getGeneric() : eventType).toClass();
		return AnnotatedElementUtils.hasAnnotation(type, RealtimeEvent.class);
	}

	@Override
	public boolean supportsSourceType(@Nullable Class<?> sourceType) {
		return true;
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		Object message = (event instanceof PayloadApplicationEvent<?> carrier) ? carrier.getPayload() : event;
		this.realtime.get().send(channel(message), message);
	}

	private String channel(Object message) {
		Class<?> type = message.getClass();
		try {
			return this.channels.computeIfAbsent(type, (key) -> ChannelTemplate.of(annotation(key).channel()))
				.fill(message);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException("@RealtimeEvent(channel = \"" + annotation(type).channel() + "\") on "
					+ type.getName() + " leads to no channel: " + ex.getMessage(), ex);
		}
	}

	private static RealtimeEvent annotation(Class<?> type) {
		RealtimeEvent annotation = AnnotatedElementUtils.findMergedAnnotation(type, RealtimeEvent.class);
		if (annotation == null) {
			throw new IllegalStateException(type.getName() + " is not annotated with @RealtimeEvent");
		}
		return annotation;
	}

}
