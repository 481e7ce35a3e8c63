package io.github.realtime.action;

import org.junit.jupiter.api.Test;

import org.springframework.validation.beanvalidation.OptionalValidatorFactoryBean;
import org.springframework.web.method.HandlerMethod;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Constraints where there is nothing that knows them.
 */
class ArgumentValidatorTests {

	@Test
	void argumentWhenThereIsNoValidatorThenIsNotTakenForValid() throws Exception {
		assertThatIllegalStateException().isThrownBy(() -> validate(new ArgumentValidator(() -> null)))
			.withMessage("Constraints need a validator: add spring-boot-starter-validation to the application");
	}

	@Test
	void argumentWhenTheValidatorHasNoProviderThenIsNotTakenForValid() throws Exception {
		assertThatIllegalStateException()
			.isThrownBy(() -> validate(new ArgumentValidator(OptionalValidatorFactoryBean::new)));
	}

	private void validate(ArgumentValidator validator) throws Exception {
		HandlerMethod method = new HandlerMethod(this, "toString");
		validator.validate(this, method.getMethod(), method.getMethodParameters(), new Object[0]);
	}

}
