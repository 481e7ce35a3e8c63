package io.github.realtime.autoconfigure;

import io.github.realtime.access.RealtimeAuthenticator;
import io.github.realtime.broker.Broker;
import io.github.realtime.security.ClientSecurity;
import io.github.realtime.security.JwtAuthenticator;
import io.github.realtime.security.SpringSecurity;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for applications with Spring
 * Security.
 */
@AutoConfiguration(before = RealtimeWebSocketAutoConfiguration.class, after = RealtimeAutoConfiguration.class,
		afterName = "org.springframework.boot.security.oauth2.server.resource.autoconfigure."
				+ "OAuth2ResourceServerAutoConfiguration")
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass(Authentication.class)
@ConditionalOnBean({ Broker.class, RealtimeProperties.class })
public final class RealtimeSecurityAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(ClientSecurity.class)
	SpringSecurity realtimeClientSecurity(ObjectProvider<SecurityContextHolderStrategy> contexts) {
		return new SpringSecurity(contexts.getIfUnique(SecurityContextHolder::getContextHolderStrategy));
	}

	/**
	 * Tokens of a resource server.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ JwtDecoder.class, JwtAuthenticationConverter.class })
	static final class Jwt {

		@Bean
		@ConditionalOnSingleCandidate(JwtDecoder.class)
		@ConditionalOnMissingBean(RealtimeAuthenticator.class)
		JwtAuthenticator realtimeJwtAuthenticator(JwtDecoder decoder,
				ObjectProvider<JwtAuthenticationConverter> converter, ClientSecurity security) {
			return new JwtAuthenticator(decoder, converter.getIfUnique(JwtAuthenticationConverter::new), security);
		}

	}

}
