package io.github.realtime.websocket;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.annotation.RealtimeAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static io.github.realtime.access.ChannelRule.authenticated;
import static io.github.realtime.access.ChannelRule.hasRole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Frames at random, most of them almost right, from clients that may do little. None gets
 * a publication of a channel that it may not subscribe to, none publishes where it may
 * not, and the log stays empty.
 * <p>
 * {@code fuzz.frames} says how many frames, {@code fuzz.seed} which.
 */
@EachContainer
class FuzzTests {

	private static final int FRAMES = Integer.getInteger("fuzz.frames", 100_000) / Container.values().length;

	private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());

	private static final int FRAMES_PER_CLIENT = 500;

	private static final String[] TYPES = { "subscribe", "subscribe", "subscribe", "unsubscribe", "publish", "publish",
			"authenticate", "resume", "pong", "snapshot", "set", "increment", "remove", "presence", "call", "welcome",
			"message", "explode", "" };

	private static final String[] CHANNELS = { "open", "members", "secret", "secret_1", "secret_2", "Secret_1",
			"secret_1.", "./secret_1", "secret_1/", "secret%5f1", "secret_*", "{x}", "a b", "", "secret_1\\u0000",
			"\\u0073ecret_1" };

	private static final String[] VALUES = { "1", "0", "-1", "9007199254740991", "9007199254740992", "1e999", "1.5",
			"null", "true", "[]", "{}", "\"\"", "\"x\"", "\"\\ud800\"", "\"ada\"", "\"ada MEMBER\"", "\"bad\"",
			"\"forged\"", "{\"epoch\":\"e\",\"offset\":0}", "{\"epoch\":\"e\",\"offset\":1}",
			"[[[[[[{\"a\":[{}]}]]]]]]" };

	private static final String[] ACTIONS = { "open", "secret", "Secret", "secret.", "secret_1", "se\\u0063ret", "*",
			"" };

	private static final String[] FIELDS = { "id", "channel", "since", "data", "op", "token", "key", "value", "expect",
			"by", "after", "action", "view", "state", "presence", "from", "offset", "type" };

	private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	@Parameter
	Container container;

	private final Recorder recorder = new Recorder();

	private Random random;

	private int answered;

	@Test
	void framesAtRandomGetAndDoNothingThatIsForbidden() {
		System.out.println("FuzzTests on " + this.container + ": -Dfuzz.seed=" + SEED + " -Dfuzz.frames="
				+ FRAMES * Container.values().length);
		this.random = new Random(SEED);
		try (RealtimeServer server = RealtimeServer.on(this.container)
			.with(Rules.class)
			.with("realtime.limits.commands-per-second=1000000")
			.start(); RawClient member = Users.token(server, "mem MEMBER SECRET")) {
			member.subscribe("secret_1");
			member.subscribe("members");
			this.recorder.start();
			ROOT.addAppender(this.recorder);
			String epoch = server.realtime().channel("secret_1").position().epoch();
			int subscribed = 0;
			for (int sent = 0; sent < FRAMES; sent += FRAMES_PER_CLIENT) {
				subscribed += attack(server, epoch);
			}
			assertThat(subscribed).as("frames that were right").isPositive();
			assertThat(this.answered).as("answers").isGreaterThan(FRAMES);
			server.realtime().send("secret_1", "still here");
			member.await("the last message", (line) -> line.path("data").asString("").equals("still here"));
			assertThat(member.frames()).as("forged").noneMatch((frame) -> frame.contains("forged"));
			assertThat(server.realtime().channel("secret_1").state().getAll().keySet()).as("keys")
				.containsExactly("classified");
			await().until(() -> server.hub().clientCount() == 1);
		}
		finally {
			ROOT.detachAppender(this.recorder);
		}
		assertThat(this.recorder.events).extracting(Object::toString).isEmpty();
	}

	private int attack(RealtimeServer server, String epoch) {
		try (RawClient client = server.client()) {
			for (int i = 0; i < FRAMES_PER_CLIENT && !client.isClosed(); i++) {
				client.sendAsync(frame(epoch));
				if (i % 25 == 0) {
					server.realtime().send("secret_1", "classified");
					server.realtime().send("secret_2", "classified");
					server.realtime().send("open", "for all");
					server.realtime().channel("secret_1").state().set("classified", "classified");
				}
			}
			if (!client.isClosed()) {
				client.sendAsync("{\"type\":\"unsubscribe\",\"id\":777777,\"channel\":\"the-last-one\"}");
				await().atMost(Duration.ofSeconds(30))
					.pollInterval(Duration.ofMillis(5))
					.until(() -> client.isClosed()
							|| !client.lines((line) -> line.path("id").asLong() == 777_777).isEmpty());
			}
			assertThat(client.frames()).noneMatch((frame) -> frame.contains("classified") || frame.contains("\"mem\""))
				.noneMatch((frame) -> frame.matches("(?s).*(Exception|\\bat [a-z]+\\.|springframework|jackson).*"));
			this.answered += client.lines((line) -> line.has("id")).size();
			return client.lines(RawClient.type("subscribed")).size();
		}
	}

	private String frame(String epoch) {
		StringBuilder frame = new StringBuilder();
		for (int lines = 1 + this.random.nextInt(3); lines > 0; lines--) {
			frame.append(line(epoch)).append("\n");
		}
		return (this.random.nextInt(4) == 0) ? damaged(frame) : frame.toString();
	}

	private String line(String epoch) {
		StringBuilder line = new StringBuilder("{\"type\":\"").append(any(TYPES))
			.append("\",\"id\":")
			.append(1 + this.random.nextInt(1000))
			.append(",\"channel\":\"")
			.append(any(CHANNELS))
			.append("\",\"token\":")
			.append(any("\"ada\"", "\"bob MEMBER\"", "\"bad\"", "\"abc\""))
			.append(",\"action\":\"")
			.append(any(ACTIONS))
			.append("\",\"key\":\"k\",\"data\":\"forged\"");
		if (this.random.nextInt(3) == 0) {
			line.append(",\"since\":{\"epoch\":\"").append(epoch).append("\",\"offset\":0}");
		}
		for (int more = this.random.nextInt(3); more > 0; more--) {
			line.append(",\"").append(any(FIELDS)).append("\":").append(any(VALUES));
		}
		return line.append("}").toString();
	}

	private String any(String... choices) {
		return choices[this.random.nextInt(choices.length)];
	}

	private String damaged(StringBuilder frame) {
		for (int i = 1 + this.random.nextInt(3); i > 0 && frame.length() > 1; i--) {
			int at = this.random.nextInt(frame.length());
			switch (this.random.nextInt(4)) {
				case 0 -> frame.deleteCharAt(at);
				case 1 -> frame.insert(at, (char) this.random.nextInt(0x250));
				case 2 -> frame.setCharAt(at, frame.charAt(this.random.nextInt(frame.length())));
				default -> frame.insert(at, frame.substring(this.random.nextInt(at + 1), at));
			}
		}
		return new String(frame.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
	}

	static class Actions {

		@RealtimeAction("open")
		String open(String text) {
			return text;
		}

		@RealtimeAction("secret")
		String secret() {
			return "classified";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Users.class, Actions.class })
	static class Rules {

		@Bean
		ChannelAccess channelAccess() {
			return ChannelAccess.rules()
				.match("open")
				.subscribe((who, channel) -> true)
				.publish(authenticated())
				.write(authenticated())
				.presence((who, channel) -> true)
				.match("members")
				.subscribe(hasRole("MEMBER"))
				.match("secret*")
				.subscribe(hasRole("SECRET"))
				.publish(hasRole("SECRET"))
				.write(hasRole("SECRET"))
				.presence(hasRole("SECRET"))
				.action("open")
				.call(authenticated())
				.action("secret*")
				.call(hasRole("SECRET"))
				.anyOther()
				.denyAll()
				.build();
		}

	}

	private static final class Recorder extends AppenderBase<ILoggingEvent> {

		private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

		@Override
		protected void append(ILoggingEvent event) {
			if (event.getThrowableProxy() != null
					|| event.getLevel().isGreaterOrEqual(ch.qos.logback.classic.Level.WARN)) {
				this.events.add(event);
			}
		}

	}

}
