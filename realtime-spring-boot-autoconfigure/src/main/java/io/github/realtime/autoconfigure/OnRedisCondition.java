package io.github.realtime.autoconfigure;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Matches when the application says where Redis is: by a property, by connection details
 * from elsewhere, or by a connection factory of its own. It has to be asked before Boot
 * adds those that it always adds.
 */
final class OnRedisCondition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Redis");
		String broker = context.getEnvironment().getProperty("realtime.broker", "auto");
		if (broker.equalsIgnoreCase("memory")) {
			return ConditionOutcome.noMatch(message.because("realtime.broker is 'memory'"));
		}
		return RedisAddress.reason(context.getEnvironment())
			.map((reason) -> ConditionOutcome.match(message.because(reason)))
			.orElseGet(
					() -> (has(context, DataRedisConnectionDetails.class) || has(context, RedisConnectionFactory.class))
							? ConditionOutcome.match(message.because("the application has a connection of its own"))
							: ConditionOutcome.noMatch(message.because("nothing says where Redis is")));
	}

	private static boolean has(ConditionContext context, Class<?> type) {
		ConfigurableListableBeanFactory beans = context.getBeanFactory();
		return beans != null && beans.getBeanNamesForType(type, true, false).length > 0;
	}

}
