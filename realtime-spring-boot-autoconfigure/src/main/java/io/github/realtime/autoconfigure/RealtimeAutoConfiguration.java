package io.github.realtime.autoconfigure;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.autoconfigure.RealtimeProperties.BrokerType;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.core.BrokerRealtimeTemplate;
import io.github.realtime.core.ImmediateSends;
import io.github.realtime.core.RealtimeEventListener;
import io.github.realtime.core.StateHandlers;
import io.github.realtime.core.StateLoader;
import io.github.realtime.core.ViewRenderer;
import io.github.realtime.state.StateHandler;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for sending, in any application.
 */
@AutoConfiguration(afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnBooleanProperty(name = "realtime.enabled", matchIfMissing = true)
@EnableConfigurationProperties(RealtimeProperties.class)
public final class RealtimeAutoConfiguration {

	private static final Log logger = LogFactory.getLog(RealtimeAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean(Broker.class)
	MemoryBroker realtimeBroker(RealtimeProperties properties) {
		if (properties.getBroker() == BrokerType.REDIS) {
			throw new RedisUnusableException("Spring Data Redis and Lettuce are not on the class path");
		}
		logger.info("Realtime uses the broker in memory: " + ((properties.getBroker() == BrokerType.MEMORY)
				? "realtime.broker is 'memory'" : "no property of spring.data.redis says where Redis is"));
		ChannelSettings channels = new ChannelSettings(properties);
		return new MemoryBroker(channels::history, channels::state);
	}

	@Bean
	@ConditionalOnMissingBean(RealtimeTemplate.class)
	RealtimeTemplate realtimeTemplate(Broker broker, ObjectProvider<JsonMapper> mapper, RealtimeProperties properties,
			ApplicationEventPublisher events, StateLoader loader, ObjectProvider<ViewRenderer> renderer) {
		return new BrokerRealtimeTemplate(broker, mapper.getIfUnique(() -> JsonMapper.builder().build()),
				properties.getLimits().getMessageSize().toBytes(), events, loader, renderer::getIfAvailable);
	}

	@Bean
	StateHandlers realtimeStateHandlers(ObjectProvider<StateHandler> handlers, ObjectProvider<JsonMapper> mapper,
			RealtimeProperties properties) {
		return new StateHandlers(handlers.orderedStream().toList(),
				mapper.getIfUnique(() -> JsonMapper.builder().build()),
				properties.getLimits().getMessageSize().toBytes());
	}

	@Bean
	StateLoader realtimeStateLoader(Broker broker, StateHandlers handlers) {
		return new StateLoader(broker, handlers);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnClass(name = "org.springframework.transaction.event.TransactionalEventListener")
	static ImmediateSends realtimeImmediateSends() {
		return new ImmediateSends();
	}

	@Bean
	RealtimeEventListener realtimeEventListener(ObjectProvider<RealtimeTemplate> realtime) {
		return new RealtimeEventListener(realtime::getObject);
	}

}
