package io.github.realtime.websocket;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.github.realtime.access.RealtimeAuthenticator;
import io.github.realtime.annotation.RealtimeAction;
import io.github.realtime.annotation.RendersView;
import io.github.realtime.annotation.ViewKey;
import io.github.realtime.state.StateHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client puts line breaks into whatever it sends, and begins no line of the log.
 */
class ForgedLogTests {

	private static final String FORGED = "a\\r\\n2026-12-01 ERROR forged\\u2028\\u202e";

	private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.github.realtime");

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with(Failing.class)
		.with("realtime.channels[0].pattern=*", "realtime.channels[0].client-publish=true",
				"realtime.channels[0].state.client-write=true");

	private final Recorder recorder = new Recorder();

	private final Level level = LOGGER.getLevel();

	@BeforeEach
	void record() {
		this.recorder.start();
		LOGGER.addAppender(this.recorder);
		LOGGER.setLevel(Level.DEBUG);
	}

	@AfterEach
	void stop() {
		LOGGER.detachAppender(this.recorder);
		LOGGER.setLevel(this.level);
	}

	static Stream<String> commands() {
		return Stream.of("'type':'subscribe','channel':'#'",
				"'type':'subscribe','channel':'failing_1','state':true,'keys':['#']",
				"'type':'subscribe','channel':'resolved_1','state':true,'keys':['#']",
				"'type':'subscribe','channel':'a','since':{'epoch':'#','offset':1}",
				"'type':'publish','channel':'a','data':'#','op':'#'",
				"'type':'set','channel':'a','key':'#','value':'#','op':'#'",
				"'type':'increment','channel':'failing_1','key':'#','op':'#'",
				"'type':'set','channel':'failing_1','key':'#','value':1",
				"'type':'set','channel':'resolved_1','key':'#','value':1",
				"'type':'presence','channel':'#','after':'#'", "'type':'call','action':'#'",
				"'type':'call','action':'failing','data':'#','view':'#','op':'#'", "'type':'authenticate','token':'#'",
				"'type':'resume','token':'#'", "'type':'#'");
	}

	@ParameterizedTest
	@MethodSource("commands")
	void textOfAClientBeginsNoLine(String command) {
		try (RawClient client = server.client()) {
			client.command("{" + command.replace("#", FORGED).replace('\'', '"') + ",\"id\":%d}");
		}
		assertThat(this.recorder.messages).allSatisfy((message) -> assertThat(message.lines()).hasSize(1))
			.noneMatch((message) -> message.indexOf('\u202e') >= 0 || message.indexOf('\u2028') >= 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "'type':'subscribe','channel':'failing_1','state':true,'keys':['#']",
			"'type':'set','channel':'resolved_1','key':'#','value':1", "'type':'call','action':'failing','view':'#'",
			"'type':'authenticate','token':'#'" })
	void failureThatATextOfAClientLeadsToIsLogged(String command) {
		textOfAClientBeginsNoLine(command);
		assertThat(this.recorder.messages).isNotEmpty();
	}

	@Test
	void valueOfAnotherTypeIsNamedInOneLine() {
		String key = "a\r\n2026-12-01 ERROR forged\u2028";
		server.realtime().channel("a").state().set(key, "text");
		for (Runnable read : List.<Runnable>of(() -> server.realtime().channel("a").state().get(key, Integer.class),
				() -> server.realtime().channel("a").state().increment(key, 1))) {
			try {
				read.run();
			}
			catch (RuntimeException ex) {
				this.recorder.messages.add(ex.toString());
			}
		}
		assertThat(this.recorder.messages).hasSizeGreaterThanOrEqualTo(2)
			.allSatisfy((message) -> assertThat(message.lines()).hasSize(1));
	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		StateHandler failing() {
			return StateHandler.forChannels("failing_{id}").load((channel, key) -> {
				throw new IllegalStateException("The database is away");
			});
		}

		@Bean
		StateHandler resolved() {
			return StateHandler.forChannels("resolved_{id}").key((client, channel, key) -> key.repeat(50));
		}

		@Bean
		RealtimeAuthenticator authenticator() {
			return (token) -> {
				throw new IllegalStateException("The identity provider is away");
			};
		}

		@RealtimeAction("failing")
		@RendersView("{view}")
		void failing(@Nullable String data, @ViewKey String view) {
			throw new IllegalStateException("The database is away");
		}

	}

	private static final class Recorder extends AppenderBase<ILoggingEvent> {

		private final List<String> messages = new CopyOnWriteArrayList<>();

		@Override
		protected void append(ILoggingEvent event) {
			this.messages.add(event.getFormattedMessage());
			for (IThrowableProxy each = event.getThrowableProxy(); each != null; each = each.getCause()) {
				this.messages.add(String.valueOf(each.getMessage()));
			}
		}

	}

}
