package io.github.realtime.action;

import java.security.Principal;
import java.util.List;
import java.util.stream.Stream;

import io.github.realtime.RealtimeClient;
import io.github.realtime.annotation.ClientId;
import io.github.realtime.annotation.ViewKey;
import io.github.realtime.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.method.HandlerMethod;

/**
 * The parameters of an action: at most one takes the payload, and the others what is
 * known of the caller.
 */
final class ActionParameters {

	private static final String SECURITY = "org.springframework.security.";

	private static final String WEB_ANNOTATION = "org.springframework.web.bind.annotation.";

	private final HandlerMethod method;

	private final @Nullable MethodParameter payload;

	ActionParameters(HandlerMethod method) {
		this.method = method;
		this.payload = payload(method);
		checkTexts(method);
	}

	@Nullable MethodParameter payload() {
		return this.payload;
	}

	private static @Nullable MethodParameter payload(HandlerMethod method) {
		List<MethodParameter> payloads = Stream.of(method.getMethodParameters())
			.filter(ActionParameters::isPayload)
			.toList();
		for (MethodParameter parameter : payloads) {
			String foreign = foreignAnnotation(parameter);
			Assert.state(foreign == null,
					() -> "@" + foreign + " means nothing to an action: parameter " + parameter.getParameterIndex()
							+ " of " + method.getMethod().toGenericString() + " would be whatever the client says");
		}
		Assert.state(payloads.size() <= 1, () -> "An action has one parameter that takes the payload, and of "
				+ method.getMethod().toGenericString() + " there are " + payloads.size() + ": make one record of them");
		return payloads.isEmpty() ? null : payloads.get(0);
	}

	/**
	 * Finds an annotation that makes controllers trust the argument, such as
	 * {@code @AuthenticationPrincipal}. An action would take it from the client.
	 */
	private static @Nullable String foreignAnnotation(MethodParameter parameter) {
		return Stream.of(parameter.getParameterAnnotations())
			.flatMap((annotation) -> MergedAnnotations.from(annotation).stream())
			.map((annotation) -> annotation.getType().getName())
			.filter((type) -> type.startsWith(SECURITY)
					|| (type.startsWith(WEB_ANNOTATION) && !type.equals(RequestBody.class.getName())))
			.map(ClassUtils::getShortName)
			.findFirst()
			.orElse(null);
	}

	private static boolean isPayload(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		return type != RealtimeClient.class && !Principal.class.isAssignableFrom(type) && !isText(parameter);
	}

	private static boolean isText(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(ViewKey.class) || parameter.hasParameterAnnotation(ClientId.class);
	}

	private static void checkTexts(HandlerMethod method) {
		for (MethodParameter parameter : method.getMethodParameters()) {
			Assert.state(parameter.getParameterType() == String.class || !isText(parameter),
					() -> "@ClientId and @ViewKey are for a String, and not for parameter "
							+ parameter.getParameterIndex() + " of " + method.getMethod().toGenericString());
		}
	}

	/**
	 * Makes the arguments for one call.
	 * @param call the call
	 * @param payloads makes one of the payload
	 * @return one for each parameter
	 * @throws ActionException if the call lacks something
	 */
	@Nullable Object[] arguments(ActionCall call, PayloadReader payloads) throws ActionException {
		MethodParameter[] parameters = this.method.getMethodParameters();
		@Nullable Object[] arguments = new @Nullable Object[parameters.length];
		for (int i = 0; i < parameters.length; i++) {
			arguments[i] = argument(parameters[i], call, payloads);
		}
		return arguments;
	}

	private static @Nullable Object argument(MethodParameter parameter, ActionCall call, PayloadReader payloads)
			throws ActionException {
		Class<?> type = parameter.getParameterType();
		if (type == RealtimeClient.class) {
			return call.client();
		}
		if (Principal.class.isAssignableFrom(type)) {
			Principal principal = call.client().principal();
			return required(parameter, type.isInstance(principal) ? principal : null, ErrorCode.UNAUTHENTICATED,
					"This action needs a user");
		}
		if (parameter.hasParameterAnnotation(ClientId.class)) {
			return call.client().id();
		}
		if (parameter.hasParameterAnnotation(ViewKey.class)) {
			return required(parameter, call.view(), ErrorCode.BAD_REQUEST, "'view' is missing");
		}
		return payloads.read(parameter, call.data());
	}

	private static @Nullable Object required(MethodParameter parameter, @Nullable Object argument, ErrorCode code,
			String message) throws ActionException {
		if (argument == null && !parameter.isOptional()) {
			throw new ActionException(code, message);
		}
		return argument;
	}

}
