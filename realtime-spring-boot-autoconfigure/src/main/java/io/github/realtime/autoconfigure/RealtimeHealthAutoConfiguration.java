package io.github.realtime.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisReactiveHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that keeps an application healthy
 * which has Redis on its class path only because the starter brought it. Boot would look
 * for a server on localhost and report the application as down.
 */
@AutoConfiguration(before = { DataRedisAutoConfiguration.class, DataRedisHealthContributorAutoConfiguration.class,
		DataRedisReactiveHealthContributorAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = "realtime.enabled", matchIfMissing = true)
@ConditionalOnClass({ HealthIndicator.class, DataRedisConnectionDetails.class, RedisConnectionFactory.class })
@ConditionalOnEnabledHealthIndicator("redis")
@Conditional(RealtimeHealthAutoConfiguration.OnNoRedisCondition.class)
@ConditionalOnMissingBean({ DataRedisConnectionDetails.class, RedisConnectionFactory.class })
public final class RealtimeHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "redisHealthIndicator", "redisHealthContributor" })
	HealthIndicator redisHealthContributor() {
		return () -> Health.unknown().withDetail("reason", "no spring.data.redis address is set").build();
	}

	/**
	 * Matches when no property asks for Redis.
	 */
	static final class OnNoRedisCondition extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConditionMessage.Builder message = ConditionMessage.forCondition("Redis");
			return RedisAddress.reason(context.getEnvironment())
				.map((reason) -> ConditionOutcome.noMatch(message.because(reason)))
				.orElseGet(() -> ConditionOutcome.match(message.because("nothing says where Redis is")));
		}

	}

}
