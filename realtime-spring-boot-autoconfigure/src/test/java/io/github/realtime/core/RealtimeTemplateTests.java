package io.github.realtime.core;

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.realtime.InvalidChannelException;
import io.github.realtime.PayloadTooLargeException;
import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeChannel;
import io.github.realtime.RealtimeException;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.SendOptions;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.Draft;
import io.github.realtime.broker.FakeBroker;
import io.github.realtime.testing.Patience;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link RealtimeTemplate} outside of transactions.
 */
class RealtimeTemplateTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final int LIMIT = 1024 * 1024;

	private final FakeBroker broker = new FakeBroker();

	private final RealtimeTemplate realtime = template(JsonMapper.builder().build());

	private RealtimeTemplate template(JsonMapper mapper) {
		return new BrokerRealtimeTemplate(this.broker, mapper, LIMIT, (event) -> {
			throw new AssertionError("unexpected " + event);
		});
	}

	@ParameterizedTest
	@MethodSource
	void sendMakesJsonOfAnyValue(Object value, String json) {
		this.realtime.send("post_1", value);
		assertThat(this.broker.published()).singleElement()
			.extracting((publication) -> publication.line().text())
			.isEqualTo("{\"type\":\"message\",\"channel\":\"post_1\",\"offset\":1,\"data\":" + json + "}");
		assertThat(this.broker.published().get(0).data()).isEqualTo(JsonMapper.shared().readTree(json));
	}

	static Stream<Arguments> sendMakesJsonOfAnyValue() {
		return Stream.of(arguments("text", "\"text\""), arguments("", "\"\""),
				arguments("a\"\n\u2028\ud83c\udf89", "\"a\\\"\\n\u2028\ud83c\udf89\""),
				arguments("\ud83c", "\"\\ud83c\""), arguments(42, "42"), arguments(-1.5, "-1.5"),
				arguments(new BigDecimal("0.10"), "0.10"),
				arguments(new BigInteger("123456789012345678901234567890"), "123456789012345678901234567890"),
				arguments(true, "true"), arguments(null, "null"),
				arguments(new Object[] { 1, "a", null }, "[1,\"a\",null]"), arguments(List.of(), "[]"),
				arguments(Map.of("a", Map.of("b", 1)), "{\"a\":{\"b\":1}}"),
				arguments(new Vote(7, null), "{\"postId\":7,\"voter\":null}"),
				arguments(JsonNodeFactory.instance.objectNode().put("type", "x"), "{\"type\":\"x\"}"),
				arguments(JsonNodeFactory.instance.nullNode(), "null"));
	}

	@Test
	void sendUsesTheApplicationsMapperOnOneLine() {
		template(JsonMapper.builder()
			.enable(SerializationFeature.INDENT_OUTPUT)
			.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
			.build()).send("post_1", new Vote(7, "ü"));
		assertThat(this.broker.published().get(0).line().text()).endsWith("\"data\":{\"post_id\":7,\"voter\":\"ü\"}}");
	}

	@Test
	void sendWhenJsonHasTheGreatestSizePassesItOn() {
		this.realtime.send("post_1", "ü" + "x".repeat(LIMIT - 4));
		assertThat(this.broker.published()).hasSize(1);
	}

	@Test
	void sendWhenJsonIsOneByteLargerIsRefused() {
		String value = "ü" + "x".repeat(LIMIT - 3);
		assertThatExceptionOfType(PayloadTooLargeException.class).isThrownBy(() -> this.realtime.send("post_1", value))
			.withMessageContaining("realtime.limits.message-size")
			.withMessageContaining("'post_1'")
			.satisfies((ex) -> {
				assertThat(ex.getSize()).isEqualTo(LIMIT + 1);
				assertThat(ex.getLimit()).isEqualTo(LIMIT);
			});
		assertThatExceptionOfType(PayloadTooLargeException.class)
			.isThrownBy(() -> this.realtime.sendAsync("post_1", value));
		assertThat(this.broker.published()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "post_*", "ä" })
	void sendWhenNameIsInvalidIsRefused(String channel) {
		assertThatExceptionOfType(InvalidChannelException.class).isThrownBy(() -> this.realtime.send(channel, 1))
			.withMessageStartingWith("Invalid channel name \"")
			.satisfies((ex) -> assertThat(ex.getChannel()).isEqualTo(channel));
		assertThatExceptionOfType(InvalidChannelException.class).isThrownBy(() -> this.realtime.sendAsync(channel, 1));
		assertThatExceptionOfType(InvalidChannelException.class).isThrownBy(() -> this.realtime.channel(channel));
		assertThat(this.broker.published()).isEmpty();
	}

	@Test
	void sendWhenValueHasNoJsonIsRefused() {
		Map<String, Object> endless = new HashMap<>();
		endless.put("self", endless);
		for (Object value : List.of(new Broken(), endless)) {
			assertThatExceptionOfType(RealtimeException.class).isThrownBy(() -> this.realtime.send("post_1", value))
				.withMessageStartingWith("The message for channel 'post_1' can't be written as JSON: ")
				.isExactlyInstanceOf(RealtimeException.class);
		}
		assertThat(this.broker.published()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource
	void sendWhenTheValueComesLaterIsRefused(Object value, String type) {
		RealtimeChannel channel = this.realtime.channel("post_1");
		for (ThrowingCallable send : List.<ThrowingCallable>of(() -> this.realtime.send("post_1", value),
				() -> this.realtime.sendAsync("post_1", value), () -> this.realtime.sendToUser("ada", "post_1", value),
				() -> channel.state().set("key", value))) {
			assertThatExceptionOfType(RealtimeException.class).isThrownBy(send)
				.withMessage("The message for channel 'post_1' is a " + type
						+ ", which has its value later: wait for the value, and send that");
		}
		assertThat(this.broker.published()).isEmpty();
	}

	static Stream<Arguments> sendWhenTheValueComesLaterIsRefused() {
		return Stream.of(arguments(CompletableFuture.completedFuture("value"), "CompletableFuture"),
				arguments(Mono.just("value"), "MonoJust"), arguments(Flux.just("a", "b"), "FluxArray"));
	}

	@Test
	void sendWaitsForTheBroker() throws Exception {
		CompletableFuture<Position> answer = new CompletableFuture<>();
		this.broker.outcome((position) -> answer);
		CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> this.realtime.send("post_1", 1));
		Awaitility.await().until(() -> !this.broker.published().isEmpty());
		assertThat(sent).isNotDone();
		answer.complete(new Position("e", 1));
		assertThat(sent).succeedsWithin(Patience.ENOUGH);
	}

	@Test
	void sendAsyncDoesNotWait() {
		CompletableFuture<Position> answer = new CompletableFuture<>();
		this.broker.outcome((position) -> answer);
		CompletableFuture<Position> sent = this.realtime.sendAsync("post_1", 1);
		assertThat(sent).isNotDone();
		answer.complete(new Position("e", 1));
		assertThat(sent).succeedsWithin(PATIENCE).isEqualTo(new Position("e", 1));
	}

	@Test
	void sendAsyncWhenTheApplicationSendsAgainAndWaitsHoldsUpNoAnswer() throws Exception {
		List<CompletableFuture<Position>> answers = IntStream.range(0, 40)
			.mapToObj((i) -> new CompletableFuture<Position>())
			.toList();
		Iterator<CompletableFuture<Position>> next = answers.iterator();
		this.broker.outcome((position) -> next.next());
		List<CompletableFuture<Void>> sent = IntStream.range(0, 20)
			.mapToObj((i) -> this.realtime.sendAsync("post_1", 1)
				.thenAccept((position) -> this.realtime.send("post_1", 2)))
			.toList();
		// As a broker does it: all answers on one thread
		Thread broker = new Thread(() -> answers.forEach((answer) -> answer.complete(new Position("e", 1))));
		broker.start();
		broker.join(PATIENCE.toMillis());
		assertThat(broker.isAlive()).as("an answer was held up").isFalse();
		sent.forEach((future) -> assertThat(future).succeedsWithin(PATIENCE));
	}

	@Test
	void sendWhenTheBrokerFailsTellsThatTheOutcomeIsUnknown() {
		RealtimeUnavailableException known = new RealtimeUnavailableException("no answer", null);
		for (Throwable failure : List.of(known, new CompletionException(known))) {
			this.broker.failWith(failure);
			assertThatExceptionOfType(RealtimeUnavailableException.class)
				.isThrownBy(() -> this.realtime.send("post_1", 1))
				.isSameAs(known);
		}
		IllegalStateException other = new IllegalStateException("down");
		this.broker.failWith(new CompletionException(other));
		assertThatExceptionOfType(RealtimeUnavailableException.class).isThrownBy(() -> this.realtime.send("post_1", 1))
			.withCause(other)
			.withMessageContaining("down");
		this.broker.outcome((position) -> {
			CompletableFuture<Position> cancelled = new CompletableFuture<>();
			cancelled.cancel(false);
			return cancelled;
		});
		assertThatExceptionOfType(RealtimeUnavailableException.class).isThrownBy(() -> this.realtime.send("post_1", 1));
	}

	@Test
	@Timeout(30)
	void sendWhenInterruptedTellsThatTheOutcomeIsUnknownAndStaysInterrupted() {
		this.broker.outcome((position) -> new CompletableFuture<>());
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(RealtimeUnavailableException.class).isThrownBy(() -> this.realtime.send("post_1", 1))
			.withCauseInstanceOf(InterruptedException.class);
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void sendPassesOptionsOn() {
		List<Draft> drafts = new ArrayList<>();
		Broker recording = (Broker) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Broker.class },
				(proxy, method, arguments) -> {
					drafts.add((Draft) arguments[0]);
					return CompletableFuture.completedFuture(new Position("e", 1));
				});
		new BrokerRealtimeTemplate(recording, JsonMapper.shared(), LIMIT, (event) -> {
		}).send("post_1", 1, SendOptions.defaults().exclude("c1").idempotencyKey("k1").immediately());
		assertThat(drafts).singleElement().satisfies((draft) -> {
			assertThat(draft.excluded()).isEqualTo("c1");
			assertThat(draft.idempotencyKey()).isEqualTo("k1");
		});
	}

	@Test
	void optionsWhenImpossibleAreRefused() {
		SendOptions options = SendOptions.defaults();
		assertThatIllegalArgumentException().isThrownBy(() -> options.exclude(""));
		assertThatIllegalArgumentException().isThrownBy(() -> options.idempotencyKey(""));
		assertThatIllegalArgumentException().isThrownBy(() -> options.idempotencyKey("x".repeat(201)));
		options.idempotencyKey("x".repeat(200));
	}

	@Test
	void optionsAreImmutable() {
		SendOptions options = SendOptions.defaults();
		options.exclude("c1");
		options.idempotencyKey("k1");
		options.immediately();
		assertThat(options.excluded()).isNull();
		assertThat(options.idempotencyKey()).isNull();
		assertThat(options.isImmediate()).isFalse();
	}

	@Test
	void channelSendsAndReads() {
		RealtimeChannel channel = this.realtime.channel("post_1");
		channel.send(1);
		channel.send(2, SendOptions.defaults().exclude("c1"));
		this.realtime.send("post_2", 3);
		assertThat(channel.name()).isEqualTo("post_1");
		assertThat(channel.position()).isEqualTo(new Position("e", 3));
		assertThat(channel.history(10)).isEqualTo(this.broker.published().subList(0, 2));
		assertThat(channel.history(1)).extracting(Publication::excluded).containsExactly("c1");
	}

	@Test
	void channelWhenTheBrokerFailsTellsSo() {
		this.broker.failWith(new RealtimeUnavailableException("no answer", null));
		RealtimeChannel channel = this.realtime.channel("post_1");
		assertThatExceptionOfType(RealtimeUnavailableException.class).isThrownBy(channel::position);
		assertThatExceptionOfType(RealtimeUnavailableException.class).isThrownBy(() -> channel.history(1));
	}

	@Test
	void channelHistoryWhenLimitIsNegativeIsRefused() {
		RealtimeChannel channel = this.realtime.channel("post_1");
		assertThatIllegalArgumentException().isThrownBy(() -> channel.history(-1)).withMessageContaining("'limit'");
	}

	@Test
	void afterCommitWhenThereIsNoTransactionRunsAtOnce() {
		List<String> ran = new ArrayList<>();
		this.realtime.afterCommit(() -> ran.add("action"));
		assertThat(ran).containsExactly("action");
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.realtime.afterCommit(() -> {
			throw new IllegalStateException("the caller's own");
		}));
	}

	record Vote(int postId, String voter) {

	}

	static final class Broken {

		public String getName() {
			throw new IllegalStateException("no name");
		}

	}

}
