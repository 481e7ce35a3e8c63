package io.github.realtime.action;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame.FieldError;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.util.Assert;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.BindingResult;
import org.springframework.validation.ObjectError;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * Makes arguments of payloads: converted, and validated where the parameter says so.
 */
final class PayloadReader {

	/** A client shall not make the server say much more than it says itself. */
	static final int MAX_ERRORS = 100;

	private final JsonMapper mapper;

	private final Supplier<@Nullable Validator> validator;

	PayloadReader(JsonMapper mapper, Supplier<@Nullable Validator> validator) {
		this.mapper = mapper;
		this.validator = validator;
	}

	@Nullable Object read(MethodParameter parameter, Line data) throws ActionException {
		Object payload = convert(parameter, data);
		if (payload == null && !parameter.isOptional()) {
			throw new ActionException(ErrorCode.INVALID_DATA, "This action needs data");
		}
		if (payload != null) {
			validate(parameter, payload);
		}
		return payload;
	}

	private @Nullable Object convert(MethodParameter parameter, Line data) throws ActionException {
		Type type = GenericTypeResolver.resolveType(parameter.getGenericParameterType(),
				parameter.getContainingClass());
		try {
			return this.mapper.readValue(data.text(), this.mapper.constructType(type));
		}
		catch (JacksonException ex) {
			// Its message names classes of the application's
			throw ActionException.invalidData(List.of(new FieldError(path(ex), "is not of the expected type")));
		}
	}

	private static String path(JacksonException failure) {
		StringBuilder path = new StringBuilder();
		for (JacksonException.Reference reference : failure.getPath()) {
			if (reference.getPropertyName() != null) {
				path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
			}
			else if (reference.getIndex() >= 0) {
				path.append('[').append(reference.getIndex()).append(']');
			}
		}
		return path.toString();
	}

	private void validate(MethodParameter parameter, Object payload) throws ActionException {
		for (Annotation annotation : annotations(parameter)) {
			Object[] hints = ValidationAnnotationUtils.determineValidationHints(annotation);
			if (hints != null) {
				validate(payload, hints);
				return;
			}
		}
	}

	/**
	 * With those of the elements of a collection, as in {@code List<@Valid Note>}.
	 */
	static List<Annotation> annotations(MethodParameter parameter) {
		List<Annotation> annotations = new ArrayList<>(List.of(parameter.getParameterAnnotations()));
		if (parameter.getParameter().getAnnotatedType() instanceof AnnotatedParameterizedType type) {
			for (AnnotatedType element : type.getAnnotatedActualTypeArguments()) {
				annotations.addAll(List.of(element.getAnnotations()));
			}
		}
		return annotations;
	}

	private void validate(Object payload, Object[] hints) throws ActionException {
		Validator validator = this.validator.get();
		Assert.state(validator != null,
				"@Valid needs a validator: add spring-boot-starter-validation to the application");
		List<FieldError> errors = errors(validator, "", payload, hints).limit(MAX_ERRORS).toList();
		if (!errors.isEmpty()) {
			throw ActionException.invalidData(errors);
		}
	}

	/**
	 * A validator looks into what a bean has, and not into a collection that it is given.
	 */
	private static Stream<FieldError> errors(Validator validator, String path, @Nullable Object payload,
			Object[] hints) {
		if (payload instanceof Object[] array) {
			return errors(validator, path, Arrays.asList(array), hints);
		}
		if (payload instanceof Collection<?> elements) {
			AtomicInteger index = new AtomicInteger();
			return elements.stream()
				.flatMap((element) -> errors(validator, path + "[" + index.getAndIncrement() + "]", element, hints));
		}
		if (payload instanceof Map<?, ?> map) {
			return map.entrySet()
				.stream()
				.flatMap((entry) -> errors(validator, path + "[" + entry.getKey() + "]", entry.getValue(), hints));
		}
		if (payload == null || !validator.supports(payload.getClass())) {
			return Stream.empty();
		}
		BindingResult result = new BeanPropertyBindingResult(payload, "data");
		if (validator instanceof SmartValidator smart && hints.length > 0) {
			smart.validate(payload, result, hints);
		}
		else {
			validator.validate(payload, result);
		}
		return result.getAllErrors().stream().map((error) -> fieldError(path, error));
	}

	static FieldError fieldError(String path, ObjectError error) {
		String field = (error instanceof org.springframework.validation.FieldError field1) ? field1.getField() : "";
		String message = error.getDefaultMessage();
		return new FieldError(path + ((path.isEmpty() || field.isEmpty()) ? "" : ".") + field,
				(message != null) ? message : "is not valid");
	}

}
