package io.github.realtime.autoconfigure;

import io.github.realtime.broker.Broker;
import io.github.realtime.broker.redis.RedisBroker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the broker of many instances. It
 * comes before Boot's own for Redis, whose beans say nothing about whether there is one.
 */
@AutoConfiguration(before = { DataRedisAutoConfiguration.class, RealtimeAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = "realtime.enabled", matchIfMissing = true)
@ConditionalOnClass({ LettuceConnectionFactory.class, DataRedisConnectionDetails.class,
		io.lettuce.core.RedisClient.class })
@Conditional(OnRedisCondition.class)
@EnableConfigurationProperties(RealtimeProperties.class)
public final class RealtimeRedisAutoConfiguration {

	private static final Log logger = LogFactory.getLog(RealtimeAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean(Broker.class)
	RedisBroker realtimeBroker(RealtimeProperties properties, ObjectProvider<RedisConnectionFactory> connections,
			ObjectProvider<DataRedisConnectionDetails> details, Environment environment) {
		LettuceConnectionFactory connection = lettuce(connections.getIfUnique());
		if (details.stream().anyMatch((address) -> address.getMasterReplica() != null)) {
			throw new RedisUnusableException("It can't be reached through spring.data.redis.masterreplica, "
					+ "which names servers without a word on which of them is the master");
		}
		String namespace = properties.getNamespace();
		if (namespace == null) {
			namespace = environment.getProperty("spring.application.name", "realtime");
		}
		if (!namespace.matches("[^{}]+")) {
			throw new RedisUnusableException("realtime.namespace is needed, since '" + namespace
					+ "', the name of the application, is empty or has braces");
		}
		logger.info("Realtime uses the broker in Redis, under the namespace '" + namespace + "': "
				+ RedisAddress.reason(environment).orElse("the application has a connection of its own"));
		ChannelSettings channels = new ChannelSettings(properties);
		return new RedisBroker(connection, namespace, properties.getRedis().getTimeout(), channels::history,
				channels::state);
	}

	private static LettuceConnectionFactory lettuce(@Nullable RedisConnectionFactory connection) {
		if (connection instanceof LettuceConnectionFactory lettuce) {
			return lettuce;
		}
		throw new RedisUnusableException(
				(connection == null) ? "There is no RedisConnectionFactory, or there are several and none is @Primary"
						: "Its RedisConnectionFactory is a " + connection.getClass().getName()
								+ ", but only Lettuce sends many commands at a time over one connection");
	}

}
