package io.github.realtime.autoconfigure;

import java.util.List;
import java.util.Optional;

import io.github.realtime.autoconfigure.RealtimeProperties.BrokerType;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;

/**
 * Finds out whether an application says where Redis is, as opposed to having it on its
 * class path.
 */
final class RedisAddress {

	private static final String PREFIX = "spring.data.redis.";

	private static final List<String> PROPERTIES = List.of("url", "host", "port", "sentinel.nodes", "cluster.nodes",
			"masterreplica.nodes");

	private RedisAddress() {
	}

	/**
	 * Finds what makes Redis wanted.
	 * @param environment the properties
	 * @return what it is, in words for the log; empty if no property asks for Redis
	 */
	static Optional<String> reason(Environment environment) {
		return isRedis(environment) ? Optional.of("realtime.broker is 'redis'")
				: PROPERTIES.stream()
					.filter((property) -> isSet(environment, property))
					.findFirst()
					.map((property) -> PREFIX + property + " is set");
	}

	private static boolean isRedis(Environment environment) {
		return Binder.get(environment)
			.bind("realtime.broker", String.class)
			.map(BrokerType.REDIS.name()::equalsIgnoreCase)
			.orElse(false);
	}

	private static boolean isSet(Environment environment, String property) {
		return Binder.get(environment)
			.bind(ConfigurationPropertyName.of(PREFIX + property), Bindable.listOf(String.class))
			.isBound();
	}

}
