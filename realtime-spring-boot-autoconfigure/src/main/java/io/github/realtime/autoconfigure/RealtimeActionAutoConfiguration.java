package io.github.realtime.autoconfigure;

import io.github.realtime.ActionErrorHandler;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.action.ActionMethods;
import io.github.realtime.action.ActionRunner;
import io.github.realtime.action.ActionThreads;
import io.github.realtime.action.CallHandler;
import io.github.realtime.broker.Broker;
import io.github.realtime.security.ApplicationAccess;
import io.github.realtime.security.ClientSecurity;
import io.github.realtime.session.Hub;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.validation.Validator;
import org.springframework.web.method.HandlerMethod;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for actions.
 */
@AutoConfiguration(after = RealtimeWebSocketAutoConfiguration.class)
@ConditionalOnClass(HandlerMethod.class)
@ConditionalOnBean({ Hub.class, RealtimeTemplate.class })
public final class RealtimeActionAutoConfiguration {

	@Bean
	static ActionMethods realtimeActionMethods(ConfigurableListableBeanFactory beans) {
		return new ActionMethods(beans);
	}

	@Bean
	ActionRunner realtimeActionRunner(RealtimeTemplate realtime, ClientSecurity security,
			ObjectProvider<ActionErrorHandler> errorHandlers, ObjectProvider<JsonMapper> mapper,
			ObjectProvider<Validator> validators, @Qualifier("mvcValidator") ObjectProvider<Validator> mvcValidator,
			RealtimeProperties properties) {
		return new ActionRunner(realtime, security, errorHandlers.orderedStream().toList(),
				mapper.getIfUnique(() -> JsonMapper.builder().build()), () -> validator(validators, mvcValidator),
				properties.getLimits().getMessageSize().toBytes());
	}

	/**
	 * There are several where the application has its own, which Spring MVC wraps, and
	 * where properties are validators. That of Spring MVC supports nothing where no
	 * provider is.
	 */
	private static @Nullable Validator validator(ObjectProvider<Validator> validators,
			ObjectProvider<Validator> mvcValidator) {
		Validator validator = validators.getIfUnique();
		if (validator == null) {
			validator = mvcValidator.getIfAvailable();
			return (validator != null && validator.supports(Object.class)) ? validator : null;
		}
		return validator;
	}

	@Bean
	CallHandler realtimeCallHandler(ActionMethods actions, ActionRunner runner, ApplicationAccess access, Broker broker,
			RealtimeProperties properties, Environment environment) {
		ActionThreads threads = Threading.VIRTUAL.isActive(environment) ? ActionThreads.virtual()
				: ActionThreads.pool(properties.getLimits().getCalls());
		return new CallHandler(actions, runner, access::isAllowed, broker, threads,
				properties.getLimits().getCallsPerClient());
	}

}
