package io.github.realtime.websocket;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.annotation.RealtimeAction;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * By whom, how often and in which groups the arguments of actions are validated.
 */
class ActionConstraintTests {

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with(Application.class);

	@BeforeEach
	void begin() {
		ShortValidator.asked.set(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "plain", "proxied", "inherited" })
	void constraintIsAskedOnceAndTheClientLearnsOfIt(String action) {
		assertThat(Users.outcome(call(action, "\"abc\""))).isEqualTo("result");
		assertThat(ShortValidator.asked).hasValue(1);
		JsonNode reply = call(action, "\"abcd\"");
		assertThat(reply.get("code").stringValue()).isEqualTo("invalid-data");
		assertThat(reply.get("errors").toString()).isEqualTo("[{\"field\":\"text\",\"message\":\"is too long\"}]");
	}

	@Test
	void constraintWhenTheBeanIsValidatedIsAskedOnceByItsProxy() {
		assertThat(AopUtils.isAopProxy(server.context().getBean(ValidatedActions.class))).isTrue();
		assertThat(Users.outcome(call("validated", "\"abc\""))).isEqualTo("result");
		assertThat(ShortValidator.asked).hasValue(1);
		assertThat(Users.outcome(call("validated", "\"abcd\""))).isEqualTo("internal");
		assertThat(ShortValidator.asked).hasValue(2);
	}

	@Test
	void constraintWhenTheParameterIsValidAloneIsAskedOnce() {
		assertThat(Users.outcome(call("valid", "[{\"text\":\"abc\"}]"))).isEqualTo("result");
		assertThat(ShortValidator.asked).hasValue(1);
	}

	@Test
	void constraintOfAGroupCountsWhereTheMethodNamesTheGroup() {
		assertThat(Users.outcome(call("plain", "\"\""))).isEqualTo("result");
		assertThat(Users.outcome(call("grouped", "\"\""))).isEqualTo("invalid-data");
	}

	@Test
	void constraintIsKnownToAValidatorOfTheApplicationsOwn() {
		try (RealtimeServer other = RealtimeServer.on(Container.TOMCAT)
			.with(Application.class)
			.with(OwnValidator.class)
			.start()) {
			assertThat(Users.outcome(call(other, "plain", "\"abcd\""))).isEqualTo("invalid-data");
			assertThat(Users.outcome(call(other, "valid", "[{\"text\":\"abcd\"}]"))).isEqualTo("invalid-data");
		}
	}

	private static JsonNode call(String action, String data) {
		return call(server, action, data);
	}

	private static JsonNode call(RealtimeServer server, String action, String data) {
		try (RawClient client = server.client()) {
			return client.command("{\"type\":\"call\",\"id\":%d,\"action\":\"" + action + "\",\"data\":" + data + "}");
		}
	}

	@Constraint(validatedBy = ShortValidator.class)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Short {

		String message() default "is too long";

		Class<?>[] groups() default {};

		Class<? extends Payload>[] payload() default {};

	}

	static class ShortValidator implements ConstraintValidator<Short, String> {

		static final AtomicInteger asked = new AtomicInteger();

		@Override
		public boolean isValid(String text, ConstraintValidatorContext context) {
			asked.incrementAndGet();
			return text.length() <= 3;
		}

	}

	interface Written {

	}

	record Note(@Short String text) {

	}

	interface Inherited {

		void inherited(@Short String text);

	}

	static class Actions implements Inherited {

		@RealtimeAction("plain")
		void plain(@Short @NotBlank(groups = Written.class) String text) {
		}

		@RealtimeAction("grouped")
		@Validated(Written.class)
		void grouped(@Short @NotBlank(groups = Written.class) String text) {
		}

		@Override
		@RealtimeAction("inherited")
		public void inherited(String text) {
		}

		@RealtimeAction("valid")
		void valid(@Valid List<Note> notes) {
		}

	}

	@Scope(proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class ProxiedActions {

		@RealtimeAction("proxied")
		void proxied(@Short String text) {
		}

	}

	@Validated
	static class ValidatedActions {

		@RealtimeAction("validated")
		void validated(@Short @Size(min = 1) String text) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnValidator {

		@Bean
		LocalValidatorFactoryBean ownValidator() {
			return new LocalValidatorFactoryBean();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Actions.class, ProxiedActions.class, ValidatedActions.class })
	static class Application {

	}

}
