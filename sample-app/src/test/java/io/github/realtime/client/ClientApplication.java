package io.github.realtime.client;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.ClientConnectedEvent;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RefusedException;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.state.StateHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/**
 * The server of the client's tests: an empty page that has the client, and what is needed
 * to trouble it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(
		exclude = { ManagementWebSecurityAutoConfiguration.class, SecurityFilterAutoConfiguration.class,
				ServletWebSecurityAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class })
@Import({ ClientApplication.Sender.class, ClientApplication.ConnectedClients.class, ClientApplication.Writes.class,
		ClientApplication.ClosingEndpoint.class })
class ClientApplication {

	static SpringApplicationBuilder builder(int port) {
		// Nothing of the sample, which is on the same class path
		return new SpringApplicationBuilder(ClientApplication.class).properties("server.port=" + port,
				"spring.config.name=none", "spring.main.banner-mode=off", "logging.level.root=warn",
				"spring.web.resources.static-locations=classpath:/client/",
				// As much as a stream has while a page is not connected, however long
				// that takes
				"realtime.channels[0].pattern=stream", "realtime.channels[0].history.size=1000",
				// What has become of a write is then in no history, either
				"realtime.channels[1].pattern=cursor_*", "realtime.channels[1].history.size=0");
	}

	/**
	 * Held back are the replies to those who subscribe to {@code held}, until there is a
	 * permit.
	 */
	@Bean
	Semaphore held() {
		return new Semaphore(0);
	}

	@Bean
	ChannelAccess access(Semaphore held, Writes writes) {
		return (client, channel, permission) -> {
			if (permission == ChannelPermission.WRITE) {
				writes.begin();
			}
			if (permission == ChannelPermission.SUBSCRIBE && channel.equals("held")) {
				held.acquireUninterruptibly();
			}
			return !channel.startsWith("secret_")
					&& (!channel.startsWith("of_") || channel.equals("of_" + client.name()));
		};
	}

	/**
	 * Has a say in what is written: no bad words, no white space around, and a title that
	 * is there before anybody wrote one.
	 */
	@Bean
	StateHandler handled() {
		return StateHandler.forChannels("handled_{id}")
			.key((client, channel, key) -> key.replace("{me}", client.id()))
			.write((write) -> {
				String text = (write.after() != null) ? write.after().asString() : "";
				if (text.contains("bad")) {
					throw new RefusedException("bad-word", "Not here");
				}
				return text.strip();
			})
			.load((channel, key) -> key.equals("title") ? "title of " + channel.variable("id") : null);
	}

	/**
	 * The kernel takes little for a client that does not read, so that a write blocks.
	 */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> smallSendBuffers() {
		return (factory) -> factory
			.addConnectorCustomizers((connector) -> connector.setProperty("socket.txBufSize", "65536"));
	}

	@Bean
	WebSocketHandlerMapping closingMapping(ClosingEndpoint endpoint) {
		DefaultHandshakeHandler handshake = new DefaultHandshakeHandler();
		handshake.setSupportedProtocols("realtime.v1");
		WebSocketHandlerMapping mapping = new WebSocketHandlerMapping();
		mapping.setUrlMap(Map.of("/closing", new WebSocketHttpRequestHandler(endpoint, handshake)));
		mapping.setOrder(-3);
		return mapping;
	}

	@RestController
	static class Sender {

		private final RealtimeTemplate realtime;

		Sender(RealtimeTemplate realtime) {
			this.realtime = realtime;
		}

		@PostMapping("/send")
		void send(@RequestParam String channel, @RequestParam String message) {
			this.realtime.send(channel, message);
		}

		@PostMapping("/set")
		void set(@RequestParam String channel, @RequestParam String key, @RequestParam String value) {
			this.realtime.channel(channel).state().set(key, value);
		}

		@GetMapping("/state")
		Map<String, JsonNode> state(@RequestParam String channel) {
			return this.realtime.channel(channel).state().getAll();
		}

	}

	/**
	 * What clients write, before it is done.
	 */
	static class Writes {

		private final Map<Integer, Runnable> troubles = new ConcurrentHashMap<>();

		private final AtomicInteger count = new AtomicInteger();

		/**
		 * Does something to the connection that the next write but so many is from.
		 */
		void trouble(int after, Runnable trouble) {
			this.troubles.put(this.count.get() + after + 1, trouble);
		}

		private void begin() {
			Runnable trouble = this.troubles.remove(this.count.incrementAndGet());
			if (trouble != null) {
				trouble.run();
			}
		}

	}

	static class ConnectedClients {

		private final List<String> ids = new CopyOnWriteArrayList<>();

		@EventListener
		void connected(ClientConnectedEvent event) {
			this.ids.add(event.client().id());
		}

		List<String> ids() {
			return this.ids;
		}

	}

	/**
	 * Subscribes everybody to everything, and closes with any code.
	 */
	static class ClosingEndpoint extends TextWebSocketHandler {

		private final JsonMapper json = new JsonMapper();

		private final Set<WebSocketSession> sessions = ConcurrentHashMap.newKeySet();

		@Override
		public void afterConnectionEstablished(WebSocketSession session) throws IOException {
			this.sessions.add(session);
			session.sendMessage(new TextMessage("""
					{"type":"welcome","clientId":"c","resume":"r","heartbeat":60000,"frameSize":65536}"""));
		}

		@Override
		protected void handleTextMessage(WebSocketSession session, TextMessage frame) throws IOException {
			for (String line : frame.getPayload().split("\n")) {
				JsonNode command = this.json.readTree(line);
				if (command.get("type").stringValue().equals("subscribe")) {
					session.sendMessage(new TextMessage("""
							{"type":"subscribed","id":%s,"channel":%s,"epoch":"e","offset":0,"recovered":true}"""
						.formatted(command.get("id"), command.get("channel"))));
				}
			}
		}

		@Override
		public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
			this.sessions.remove(session);
		}

		void close(int code) throws IOException {
			for (WebSocketSession session : this.sessions) {
				session.close(new CloseStatus(code, "Enough"));
			}
		}

	}

}
