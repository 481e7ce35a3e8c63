package io.github.realtime.action;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.github.realtime.protocol.Frame.FieldError;
import org.jspecify.annotations.Nullable;

import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.MethodParameter;
import org.springframework.util.Assert;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.validation.ObjectError;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;
import org.springframework.validation.method.MethodValidationResult;
import org.springframework.validation.method.MethodValidator;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.bind.support.ConfigurableWebBindingInitializer;
import org.springframework.web.method.annotation.HandlerMethodValidator;

/**
 * Validates arguments by the constraints of the parameters themselves, with what does it
 * for controllers.
 */
final class ArgumentValidator {

	private final SingletonSupplier<MethodValidator> validator;

	ArgumentValidator(Supplier<@Nullable Validator> validator) {
		this.validator = SingletonSupplier.of(() -> methodValidator(validator.get()));
	}

	private static MethodValidator methodValidator(@Nullable Validator validator) {
		ConfigurableWebBindingInitializer binding = new ConfigurableWebBindingInitializer();
		binding.setValidator(validator);
		MethodValidator methods = HandlerMethodValidator.from(binding, null, (parameter) -> false,
				(parameter) -> false);
		Assert.state(methods != null,
				"Constraints need a validator: add spring-boot-starter-validation to the application");
		return methods;
	}

	void validate(Object bean, Method method, MethodParameter[] parameters, @Nullable Object[] arguments)
			throws ActionException {
		MethodValidationResult result = this.validator.obtain()
			.validateArguments(bean, method, parameters, arguments,
					ValidationAnnotationUtils.determineValidationGroups(bean, method));
		List<FieldError> errors = Stream
			.concat(result.getParameterValidationResults().stream().flatMap(ArgumentValidator::errors),
					result.getCrossParameterValidationResults().stream().map((error) -> error("", error)))
			.limit(PayloadReader.MAX_ERRORS)
			.toList();
		if (!errors.isEmpty()) {
			throw ActionException.invalidData(errors);
		}
	}

	/**
	 * An element of a collection is named as one of a {@code @Valid} collection is.
	 */
	private static Stream<FieldError> errors(ParameterValidationResult result) {
		Object element = (result.getContainerIndex() != null) ? result.getContainerIndex() : result.getContainerKey();
		String path = (element != null) ? "[" + element + "]" : "";
		String name = result.getMethodParameter().getParameterName();
		String field = (path.isEmpty() && name != null) ? name : path;
		return result.getResolvableErrors()
			.stream()
			.map((error) -> (error instanceof ObjectError inside) ? PayloadReader.fieldError(path, inside)
					: error(field, error));
	}

	private static FieldError error(String field, MessageSourceResolvable error) {
		String message = error.getDefaultMessage();
		return new FieldError(field, (message != null) ? message : "is not valid");
	}

}
