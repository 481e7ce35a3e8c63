package io.github.realtime.autoconfigure;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches when no property says where Redis is.
 */
final class OnNoRedisAddressCondition extends SpringBootCondition {

	private static final List<String> ADDRESSES = List.of("url", "host", "port", "sentinel.nodes", "cluster.nodes",
			"masterreplica.nodes");

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Redis address");
		return ADDRESSES.stream()
			.filter((address) -> isSet(context.getEnvironment(), address))
			.findFirst()
			.map((address) -> ConditionOutcome.noMatch(message.foundExactly("spring.data.redis." + address)))
			.orElseGet(() -> ConditionOutcome.match(message.because("no property of spring.data.redis names one")));
	}

	private static boolean isSet(Environment environment, String address) {
		return Binder.get(environment)
			.bind(ConfigurationPropertyName.of("spring.data.redis." + address), Bindable.listOf(String.class))
			.isBound();
	}

}
