package io.github.realtime.action;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.security.Principal;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.stream.Stream;

import io.github.realtime.RealtimeClient;
import io.github.realtime.annotation.ClientId;
import io.github.realtime.annotation.ViewKey;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.support.AsyncType;
import io.github.realtime.support.InvalidDeclarationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.MergedAnnotations;
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

	private static final List<String> REQUEST_PACKAGES = List.of("jakarta.servlet.", "org.springframework.http.",
			SECURITY, "org.springframework.ui.", "org.springframework.validation.", "org.springframework.web.");

	private static final List<Class<?>> OF_A_REQUEST = List.of(Locale.class, TimeZone.class, ZoneId.class,
			InputStream.class, OutputStream.class, Reader.class, Writer.class);

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
			if (foreign != null) {
				throw new InvalidDeclarationException(
						"@" + foreign + " means nothing to an action: " + place(parameter)
								+ " would be whatever the client says",
						"Remove the annotation if the parameter takes the payload. For the user take a Principal.");
			}
			if (isOfARequest(parameter.getParameterType())) {
				throw new InvalidDeclarationException(
						"An action has no " + ClassUtils.getShortName(parameter.getParameterType()) + ": "
								+ place(parameter) + " would be whatever the client says",
						"An action is called over a WebSocket, and not by an HTTP request. It can take its payload, "
								+ "a Principal, a RealtimeClient, and Strings with @ClientId and @ViewKey.");
			}
		}
		if (payloads.size() > 1) {
			throw new InvalidDeclarationException("An action has one parameter that takes the payload, and of "
					+ method.getMethod().toGenericString() + " there are " + payloads.size(),
					"Make one record of them.");
		}
		return payloads.isEmpty() ? null : payloads.get(0);
	}

	private static String place(MethodParameter parameter) {
		return "parameter " + parameter.getParameterIndex() + " of " + parameter.getExecutable().toGenericString();
	}

	/**
	 * Tells what Spring MVC takes from the request. JSON would be made into it, or into
	 * something that looks like it.
	 */
	private static boolean isOfARequest(Class<?> type) {
		return AsyncType.is(type) || OF_A_REQUEST.stream().anyMatch((other) -> other.isAssignableFrom(type))
				|| REQUEST_PACKAGES.stream().anyMatch(type.getName()::startsWith);
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
			if (parameter.getParameterType() != String.class && isText(parameter)) {
				throw new InvalidDeclarationException(
						"@ClientId and @ViewKey are for a String, and not for " + place(parameter),
						"Make it a String.");
			}
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
