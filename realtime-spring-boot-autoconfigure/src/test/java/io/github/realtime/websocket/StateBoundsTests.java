package io.github.realtime.websocket;

import java.util.stream.IntStream;

import io.github.realtime.ChannelState;
import io.github.realtime.PayloadTooLargeException;
import io.github.realtime.RealtimeChannel;
import io.github.realtime.StateRefusedException;
import io.github.realtime.StateRefusedException.Reason;
import io.github.realtime.protocol.Line;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How much and what a channel's state takes, from the application and from clients. What
 * is refused leaves nothing behind.
 */
@EachBroker
class StateBoundsTests {

	private static final int MEGABYTE = 1024 * 1024;

	private static int channels;

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server("appendfsync no");

	@RegisterExtension
	static final RealtimeServer server = RealtimeServer.sharing(redis)
		.with("spring.application.name=bounds", "realtime.limits.frame-size=2MB",
				"realtime.channels[0].pattern=board_*", "realtime.channels[0].state.client-write=true");

	private final RealtimeChannel channel = server.realtime().channel("board_" + channels++);

	private final ChannelState state = this.channel.state();

	private RawClient client = server.client();

	@BeforeEach
	void subscribe() {
		this.client.subscribe(this.channel.name());
	}

	@Test
	void valueWhenAsLargeAsAMessageMayBeThenKeptAndOneByteMoreIsRefused() {
		String largest = "x".repeat(MEGABYTE - 2);
		this.state.set("java", largest);
		assertThat(set("client", '"' + largest + '"').get("type").stringValue()).isEqualTo("ack");
		assertThat(this.client.awaitAll(2, "change", RawClient.type("state")))
			.extracting((line) -> line.get("value").stringValue())
			.containsOnly(largest);
		assertThatNothingChangesBy(() -> {
			assertThatExceptionOfType(PayloadTooLargeException.class)
				.isThrownBy(() -> this.state.set("java", largest + "x"));
			assertRefused(set("client", '"' + largest + "x\""), "too-large", "1048576");
		});
		assertThat(snapshot().get("java").stringValue()).isEqualTo(largest);
		assertThat(snapshot().get("client").stringValue()).isEqualTo(largest);
	}

	@Test
	void mapWhenLargerThanItMayBeThenRefused() {
		String value = "x".repeat(MEGABYTE - 20);
		IntStream.range(0, 4).forEach((i) -> this.state.set("k" + i, value));
		assertThatNothingChangesBy(() -> {
			assertRefused(() -> this.state.set("more", "x".repeat(100)), Reason.TOO_LARGE);
			assertRefused(() -> this.state.change((changes) -> changes.remove("k0")
				.set("k1", 1)
				.set("k0", value)
				.set("k1", value)
				.set("more", "x".repeat(100))), Reason.TOO_LARGE);
			assertRefused(set("more", '"' + "x".repeat(100) + '"'), "limit-exceeded", "too large");
		});
		this.state.remove("k0");
		this.state.set("more", "x".repeat(100));
		// The first client may have been told to come again: the history is smaller than
		// what it has to read
		this.client = server.client();
		this.client.subscribe(this.channel.name());
		assertThat(snapshot().propertyNames()).containsExactlyInAnyOrder("k1", "k2", "k3", "more");
	}

	@Test
	void mapsWhenFarLargerThanTheQueueOfAClientThatAsksForAllAtOnceThenThere() {
		String value = "x".repeat(MEGABYTE - 20);
		StringBuilder commands = new StringBuilder();
		for (int i = 0; i < 5; i++) {
			String name = this.channel.name() + "_" + i;
			server.realtime().channel(name).state().change((changes) -> changes.set("a", value).set("b", value));
			commands.append(RawClient.subscribeCommand(name, null)
				.replace("%d", "" + (i + 1))
				.replace("}", ",\"state\":true}\n"));
		}
		// Behind what is large, and on its way, there is room for what is small
		IntStream.range(10, 100)
			.forEach((i) -> commands.append("{\"type\":\"increment\",\"id\":" + i + ",\"channel\":\""
					+ this.channel.name() + "\",\"key\":\"n\"}\n"));
		try (RawClient client = server.client()) {
			client.send(commands.toString());
			assertThat(client.awaitAll(5, "reply", RawClient.type("subscribed")))
				.allSatisfy((reply) -> assertThat(reply.get("state")).hasSize(2));
			client.awaitAll(90, "reply", RawClient.type("ack"));
			client.sync();
		}
	}

	@Test
	void mapWhenItHasAsManyKeysAsItMayThenOneMoreIsRefused() {
		this.state.change((changes) -> IntStream.range(0, 10_000).forEach((i) -> changes.set("k" + i, i)));
		assertThat(this.client.await("change", RawClient.type("state")).get("changes")).hasSize(10_000);
		assertThat(snapshot()).hasSize(10_000);
		assertThatNothingChangesBy(() -> {
			assertRefused(() -> this.state.set("more", 1), Reason.TOO_MANY_KEYS);
			assertRefused(() -> this.state.change((changes) -> changes.remove("k0").set("a", 1).set("b", 1)),
					Reason.TOO_MANY_KEYS);
			assertRefused(set("more", "1"), "limit-exceeded", "too many keys");
			assertRefused(command("increment", "more", ""), "limit-exceeded", "too many keys");
		});
		assertThat(set("k0", "-1").get("type").stringValue()).isEqualTo("ack");
		assertThat(command("remove", "k1", "").get("type").stringValue()).isEqualTo("ack");
		assertThat(set("more", "1").get("type").stringValue()).isEqualTo("ack");
		assertThat(this.state.getAll()).hasSize(10_000).containsKeys("k0", "more").doesNotContainKey("k1");
	}

	@Test
	void keyWhenEmptyOrLongerThan256BytesThenRefused() {
		for (String key : new String[] { "", "k".repeat(257), "é".repeat(128) + "k" }) {
			assertThatNothingChangesBy(() -> {
				assertThatIllegalArgumentException().isThrownBy(() -> this.state.set(key, 1))
					.withMessageContaining("key");
				assertThatIllegalArgumentException().isThrownBy(() -> this.state.get(key, Object.class));
				assertThatIllegalArgumentException()
					.isThrownBy(() -> this.state.change((changes) -> changes.set("fine", 1).increment(key, 1)));
				for (String type : new String[] { "increment", "remove" }) {
					assertRefused(command(type, key, ""), "bad-request", "key");
				}
				assertRefused(set(key, "1"), "bad-request", "key");
			});
		}
		this.state.set("é".repeat(128), 1);
		assertThat(set("k".repeat(256), "2").get("type").stringValue()).isEqualTo("ack");
		assertThat(snapshot().propertyNames()).containsExactlyInAnyOrder("é".repeat(128), "k".repeat(256));
	}

	@ParameterizedTest
	@ValueSource(strings = { "__proto__", "constructor", "a\"b\\c\n" })
	void keyWhenItMeansSomethingElsewhereThenIsOneLikeAnyOther(String key) {
		assertThat(set(key, "{\"__proto__\":1}").get("value").propertyNames()).containsExactly("__proto__");
		assertThat(this.client.await("change", RawClient.type("state")).get("key").stringValue()).isEqualTo(key);
		assertThat(this.state.get(key, JsonNode.class).value()).isEqualTo(RawClient.json("{\"__proto__\":1}"));
		assertThat(snapshot().propertyNames()).containsExactly(key);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			"text" | 1
			null   | 1
			[]     | 1
			1e308  | 1e308
			-1e308 | -1e308
			""")
	void incrementWhenItIsNoNumberOrWouldNotStayOneThenRefused(String before, String by) {
		set("n", before);
		assertThatNothingChangesBy(() -> {
			assertRefused(command("increment", "n", ",\"by\":" + by), "invalid-data", "no number");
			assertRefused(() -> this.state.increment("n", Double.parseDouble(by)), Reason.NOT_A_NUMBER);
			assertRefused(
					() -> this.state
						.change((changes) -> changes.set("other", 1).increment("n", Double.parseDouble(by))),
					Reason.NOT_A_NUMBER);
		});
	}

	@Test
	void incrementWhenByNoNumberThenRefused() {
		this.state.set("n", 1);
		assertThatNothingChangesBy(() -> {
			for (String by : new String[] { "\"1\"", "true", "1e999", "[]" }) {
				assertRefused(command("increment", "n", ",\"by\":" + by), "bad-request", "by");
			}
			assertThatIllegalArgumentException().isThrownBy(() -> this.state.increment("n", Double.NaN));
			assertThatIllegalArgumentException().isThrownBy(() -> this.state.increment("n", Double.POSITIVE_INFINITY));
			assertRefused(() -> this.state.increment("n", Long.MAX_VALUE), Reason.NOT_WHOLE);
		});
	}

	private JsonNode set(String key, String value) {
		return command("set", key, ",\"value\":" + value);
	}

	private JsonNode command(String type, String key, String more) {
		return this.client.command("{\"type\":\"" + type + "\",\"id\":%d,\"channel\":\"" + this.channel.name()
				+ "\",\"key\":" + Line.quoted(key) + more + "}");
	}

	private JsonNode snapshot() {
		return this.client.command("{\"type\":\"snapshot\",\"id\":%d,\"channel\":\"" + this.channel.name() + "\"}")
			.get("state");
	}

	private void assertThatNothingChangesBy(Runnable attempts) {
		var before = this.state.getAll();
		var position = this.channel.position();
		attempts.run();
		assertThat(this.state.getAll()).isEqualTo(before);
		assertThat(this.channel.position()).as("nothing was published").isEqualTo(position);
	}

	private static void assertRefused(JsonNode reply, String code, String word) {
		assertThat(reply.path("code").asString()).isEqualTo(code);
		assertThat(reply.path("message").asString()).contains(word);
	}

	private static void assertRefused(ThrowingCallable change, Reason reason) {
		assertThatExceptionOfType(StateRefusedException.class).isThrownBy(change)
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(reason));
	}

}
