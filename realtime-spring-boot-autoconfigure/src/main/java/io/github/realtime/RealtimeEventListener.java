package io.github.realtime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.common.TemplateParserContext;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * Sends application events of classes annotated with {@link RealtimeEvent}.
 *
 * @since 0.1.0
 */
public final class RealtimeEventListener implements GenericApplicationListener {

	private final RealtimeOperations realtime;

	private final Map<Class<?>, Expression> channels = new ConcurrentHashMap<>();

	/**
	 * Creates a listener.
	 * @param realtime sends what it hears
	 */
	public RealtimeEventListener(RealtimeOperations realtime) {
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
		this.realtime.send(channel(message), message);
	}

	private String channel(Object message) {
		Expression channel = this.channels.computeIfAbsent(message.getClass(), RealtimeEventListener::parse);
		try {
			String name = channel.getValue(SimpleEvaluationContext.forReadOnlyDataBinding().build(), message,
					String.class);
			return (name != null) ? name : "";
		}
		catch (EvaluationException ex) {
			throw new IllegalStateException("@RealtimeEvent(channel = \"" + channel.getExpressionString() + "\") on "
					+ message.getClass().getName() + " names a property that it does not have", ex);
		}
	}

	private static Expression parse(Class<?> type) {
		RealtimeEvent annotation = AnnotatedElementUtils.findMergedAnnotation(type, RealtimeEvent.class);
		if (annotation == null) {
			throw new IllegalStateException(type.getName() + " is not annotated with @RealtimeEvent");
		}
		return new SpelExpressionParser().parseExpression(annotation.channel(), new TemplateParserContext("{", "}"));
	}

}
