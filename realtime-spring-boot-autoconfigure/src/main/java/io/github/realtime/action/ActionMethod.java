package io.github.realtime.action;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.realtime.annotation.RendersView;
import io.github.realtime.protocol.PageKey;
import io.github.realtime.support.AsyncType;
import io.github.realtime.support.ChannelTemplate;
import io.github.realtime.support.InvalidDeclarationException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.http.HttpEntity;
import org.springframework.util.ClassUtils;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.InvocableHandlerMethod;

/**
 * One of the application's actions.
 */
final class ActionMethod {

	private static final Log logger = LogFactory.getLog(ActionMethod.class);

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private static final String WEB = "org.springframework.web.";

	private static final String CONSTRAINT = "jakarta.validation.Constraint";

	private final String name;

	private final HandlerMethod method;

	private final ActionParameters parameters;

	private final List<ChannelTemplate> views;

	private final boolean constrained;

	ActionMethod(String name, HandlerMethod method, Class<?> type) {
		this.name = name;
		this.method = method;
		Stream.of(method.getMethodParameters()).forEach((parameter) -> parameter.initParameterNameDiscovery(NAMES));
		this.parameters = new ActionParameters(method);
		this.constrained = isConstrained(method, type);
		this.views = ChannelTemplate.of(method.getMethodAnnotation(RendersView.class), method.getMethod());
		checkViews();
		checkReturnType(type);
	}

	/**
	 * A bean that is {@code @Validated} has a proxy that sees to its constraints.
	 */
	private static boolean isConstrained(HandlerMethod method, Class<?> type) {
		return AnnotationUtils.findAnnotation(type, Validated.class) == null && Stream.of(method.getMethodParameters())
			.map(PayloadReader::annotations)
			.anyMatch((annotations) -> MergedAnnotations.from(annotations.toArray(new Annotation[0]))
				.isPresent(CONSTRAINT));
	}

	private void checkReturnType(Class<?> type) {
		Class<?> returned = GenericTypeResolver.resolveReturnType(this.method.getMethod(), type);
		boolean foreign = returned.getName().startsWith(WEB) || HttpEntity.class.isAssignableFrom(returned);
		boolean awaited = CompletionStage.class.isAssignableFrom(returned);
		if (foreign || (!awaited && AsyncType.is(returned))) {
			throw new InvalidDeclarationException(
					"A " + ClassUtils.getShortName(returned) + " means nothing to an action, and "
							+ this.method.getMethod().toGenericString() + " returns one",
					"Return the result itself, as an action may block, or a CompletableFuture.");
		}
	}

	private void checkViews() {
		@Nullable String @Nullable [] parameters = NAMES.getParameterNames(this.method.getMethod());
		if (parameters == null || this.parameters.payload() != null) {
			return;
		}
		for (ChannelTemplate view : this.views) {
			for (String name : view.names()) {
				if (!Arrays.asList(parameters).contains(name)) {
					throw new InvalidDeclarationException(
							"@RendersView(\"" + view + "\") on " + this.method.getMethod().toGenericString()
									+ " names no view: it has no parameter '" + name
									+ "', and none that takes a payload",
							"Name a parameter of the method, or a property of its payload, in the braces.");
				}
			}
		}
	}

	/**
	 * Makes the arguments for one call.
	 * @param call the call
	 * @param payloads converts and validates the payload
	 * @return one for each parameter
	 * @throws ActionException if the call lacks something
	 */
	@Nullable Object[] arguments(ActionCall call, PayloadReader payloads) throws ActionException {
		return this.parameters.arguments(call, payloads);
	}

	/**
	 * Invokes the method.
	 * @param arguments one for each parameter
	 * @param validator validates them where the parameters have constraints
	 * @return what it returned
	 * @throws Exception what it threw, or an {@link ActionException} if one is not valid
	 */
	@Nullable Object invoke(@Nullable Object[] arguments, ArgumentValidator validator) throws Exception {
		Invocation invocation = new Invocation(this.method.createWithResolvedBean());
		if (this.constrained) {
			invocation.validate(arguments, validator);
		}
		return invocation.doInvoke(arguments);
	}

	/**
	 * Names the views that become another by the method. One that lacks a value takes
	 * nothing from the others.
	 * @param arguments one for each parameter
	 * @return their keys
	 */
	List<String> rendered(@Nullable Object[] arguments) {
		MethodParameter parameter = this.parameters.payload();
		Object payload = (parameter != null) ? arguments[parameter.getParameterIndex()] : null;
		Set<String> keys = new LinkedHashSet<>();
		for (ChannelTemplate view : this.views) {
			try {
				keys.add(PageKey.of(view.fill((name) -> named(name, arguments), payload, PageKey::segment)));
			}
			catch (RuntimeException ex) {
				logger.error("What changed by " + this + " has no name", ex);
			}
		}
		return List.copyOf(keys);
	}

	private @Nullable Object named(String name, @Nullable Object[] arguments) {
		@Nullable String @Nullable [] names = NAMES.getParameterNames(this.method.getMethod());
		return (names == null) ? null
				: IntStream.range(0, names.length)
					.filter((i) -> name.equals(names[i]))
					.mapToObj((i) -> arguments[i])
					.findFirst()
					.orElse(null);
	}

	String name() {
		return this.name;
	}

	@Override
	public String toString() {
		return "action '" + this.name + "', " + this.method.getShortLogMessage();
	}

	/**
	 * Spring's own way to call a method: past proxies and bridges, and with errors that
	 * say which argument is wrong.
	 */
	private static final class Invocation extends InvocableHandlerMethod {

		private Invocation(HandlerMethod method) {
			super(method);
		}

		private void validate(@Nullable Object[] arguments, ArgumentValidator validator) throws ActionException {
			validator.validate(getBean(), getBridgedMethod(), getMethodParameters(), arguments);
		}

		@Override
		protected @Nullable Object doInvoke(@Nullable Object... arguments) throws Exception {
			return super.doInvoke(arguments);
		}

	}

}
