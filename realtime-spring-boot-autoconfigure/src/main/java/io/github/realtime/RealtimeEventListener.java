package io.github.realtime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.common.CompositeStringExpression;
import org.springframework.expression.common.TemplateParserContext;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * Sends application events of classes annotated with {@link RealtimeEvent}.
 *
 * @since 0.1.0
 */
public final class RealtimeEventListener implements GenericApplicationListener {

	private final Supplier<RealtimeOperations> realtime;

	private final Map<Class<?>, Expression> channels = new ConcurrentHashMap<>();

	private final EvaluationContext context = SimpleEvaluationContext.forReadOnlyDataBinding().build();

	/**
	 * Creates a listener.
	 * @param realtime sends what it hears; asked for not before there is something, since
	 * Spring creates every listener at the first event of its start
	 */
	public RealtimeEventListener(Supplier<RealtimeOperations> realtime) {
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
		Expression channel = this.channels.computeIfAbsent(type, RealtimeEventListener::parse);
		StringBuilder name = new StringBuilder();
		for (Expression part : (channel instanceof CompositeStringExpression parts) ? parts.getExpressions()
				: new Expression[] { channel }) {
			name.append(value(part, message));
		}
		return name.toString();
	}

	private String value(Expression part, Object message) {
		try {
			String value = part.getValue(this.context, message, String.class);
			if (value == null) {
				// Without this, what belongs to "post_42" would go to "post_"
				throw unusable(message.getClass(), "'" + part.getExpressionString() + "' is null", null);
			}
			return value;
		}
		catch (EvaluationException ex) {
			throw unusable(message.getClass(), ex.getMessage(), ex);
		}
	}

	private static Expression parse(Class<?> type) {
		try {
			return new SpelExpressionParser().parseExpression(annotation(type).channel(),
					new TemplateParserContext("{", "}"));
		}
		catch (ParseException ex) {
			throw unusable(type, ex.getMessage(), ex);
		}
	}

	private static RealtimeEvent annotation(Class<?> type) {
		RealtimeEvent annotation = AnnotatedElementUtils.findMergedAnnotation(type, RealtimeEvent.class);
		if (annotation == null) {
			throw new IllegalStateException(type.getName() + " is not annotated with @RealtimeEvent");
		}
		return annotation;
	}

	private static IllegalStateException unusable(Class<?> type, @Nullable String reason, @Nullable Exception cause) {
		return new IllegalStateException("@RealtimeEvent(channel = \"" + annotation(type).channel() + "\") on "
				+ type.getName() + " leads to no channel: " + reason, cause);
	}

}
