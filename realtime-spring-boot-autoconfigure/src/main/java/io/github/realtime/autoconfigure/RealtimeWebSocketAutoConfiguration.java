package io.github.realtime.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.realtime.PresenceInfo;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.RealtimeAuthenticator;
import io.github.realtime.autoconfigure.RealtimeProperties.AuthenticationMode;
import io.github.realtime.broker.Broker;
import io.github.realtime.core.StateHandlers;
import io.github.realtime.core.StateLoader;
import io.github.realtime.security.ApplicationAccess;
import io.github.realtime.security.ClientSecurity;
import io.github.realtime.session.AuthenticateHandler;
import io.github.realtime.session.AuthenticationPolicy;
import io.github.realtime.session.CommandDispatcher;
import io.github.realtime.session.CommandHandler;
import io.github.realtime.session.CommandHandlers;
import io.github.realtime.session.Hub;
import io.github.realtime.session.PresencePolicy;
import io.github.realtime.session.SessionLimits;
import io.github.realtime.session.StateKeys;
import io.github.realtime.websocket.HttpSessions;
import io.github.realtime.websocket.RealtimeHandlerMapping;
import io.github.realtime.websocket.RealtimeHandshakeHandler;
import io.github.realtime.websocket.RealtimeWebSocketHandler;
import io.github.realtime.websocket.WebSocketEndpoint;
import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.event.LogoutSuccessEvent;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.socket.WebSocketHandler;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the WebSocket endpoint and the
 * browser client, in applications with Spring MVC.
 */
@AutoConfiguration(after = RealtimeAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass({ DispatcherServlet.class, WebSocketHandler.class, ServerContainer.class })
@ConditionalOnBean({ Broker.class, RealtimeProperties.class })
public final class RealtimeWebSocketAutoConfiguration {

	private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(10);

	private static final Log logger = LogFactory.getLog(RealtimeWebSocketAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	ClientSecurity realtimeClientSecurity() {
		return ClientSecurity.none();
	}

	@Bean
	@ConditionalOnMissingBean
	ChannelAccess realtimeChannelAccess() {
		return ChannelAccess.subscribeOnly();
	}

	@Bean
	ApplicationAccess realtimeApplicationAccess(ChannelAccess access, RealtimeProperties properties,
			ClientSecurity security) {
		return new ApplicationAccess(access, new ChannelSettings(properties)::grants, security);
	}

	@Bean
	Hub realtimeHub(Broker broker, RealtimeProperties properties, ApplicationEventPublisher events,
			ClientSecurity security, StateHandlers handlers) {
		RealtimeProperties.Limits limits = properties.getLimits();
		RealtimeProperties.Authentication authentication = properties.getAuthentication();
		Hub hub = new Hub(broker,
				new SessionLimits(properties.getHeartbeat(), (int) limits.getFrameSize().toBytes(),
						limits.getChannelsPerClient(), limits.getClients(), limits.getClientsPerUser(),
						limits.getCommandsPerSecond(), (int) limits.getOutboundQueue().toBytes(), WRITE_TIMEOUT,
						properties.getPresence().getGrace()),
				events, new AuthenticationPolicy(authentication.getMode() == AuthenticationMode.REQUIRED,
						authentication.getTimeout()),
				security);
		hub.watch(handlers);
		hub.latestOnly(new ChannelSettings(properties)::latestOnly);
		return hub;
	}

	@Bean
	PresencePolicy realtimePresencePolicy(ApplicationAccess access, ObjectProvider<PresenceInfo> info,
			ObjectProvider<JsonMapper> mapper, RealtimeProperties properties, ClientSecurity security) {
		return new PresencePolicy(access::isAllowed, info.getIfAvailable(() -> (client, channel) -> null),
				mapper.getIfUnique(() -> JsonMapper.builder().build()),
				properties.getLimits().getMessageSize().toBytes(), security);
	}

	@Bean
	StateKeys realtimeStateKeys(StateHandlers handlers, StateLoader loader, ClientSecurity security) {
		return new StateKeys(handlers, loader, security);
	}

	@Bean
	@ConditionalOnBean(RealtimeAuthenticator.class)
	AuthenticateHandler realtimeAuthenticateHandler(Hub hub, RealtimeAuthenticator authenticator,
			ApplicationAccess access, ClientSecurity security, PresencePolicy presence) {
		return new AuthenticateHandler(hub, authenticator, access::isAllowed, security, presence);
	}

	@Bean
	CommandDispatcher realtimeCommandDispatcher(Hub hub, ApplicationAccess access, StateKeys keys,
			PresencePolicy presence, RealtimeProperties properties, ObjectProvider<CommandHandler<?>> others) {
		RealtimeProperties.Limits limits = properties.getLimits();
		List<CommandHandler<?>> handlers = new ArrayList<>(CommandHandlers.create(hub, access::isAllowed, keys,
				presence, limits.getMessageSize().toBytes(), limits.getPublishesPerSecond()));
		others.forEach(handlers::add);
		return new CommandDispatcher(hub, handlers);
	}

	@Bean
	HttpSessions realtimeHttpSessions() {
		return new HttpSessions();
	}

	@Bean
	RealtimeHandlerMapping realtimeHandlerMapping(Hub hub, CommandDispatcher dispatcher, HttpSessions sessions,
			RealtimeProperties properties, ServletContext servletContext) {
		String path = properties.getPath();
		String address = servletContext.getContextPath() + path;
		logger.info("Realtime endpoint WebSocket " + address + ", browser client " + address + "/client.js");
		WebSocketEndpoint endpoint = new WebSocketEndpoint(hub, dispatcher,
				(int) properties.getLimits().getFrameSize().toBytes(), sessions);
		return new RealtimeHandlerMapping(path, new RealtimeWebSocketHandler(endpoint),
				new RealtimeHandshakeHandler(endpoint, properties.isCompression()),
				List.copyOf(properties.getAllowedOrigins()), hub, sessions);
	}

	@Bean
	ClientScripts realtimeClientScripts(RealtimeProperties properties) {
		return new ClientScripts(properties.getPath());
	}

	/**
	 * Logout as Spring Security does it.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(LogoutSuccessEvent.class)
	static final class Logout {

		@Bean
		LogoutListener realtimeLogoutListener(HttpSessions sessions) {
			return new LogoutListener(sessions);
		}

	}

}
