package io.github.realtime.websocket;

import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.ActionErrorHandler;
import io.github.realtime.RealtimeClient;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RefusedException;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelRule;
import io.github.realtime.annotation.ActionErrorCode;
import io.github.realtime.annotation.ClientId;
import io.github.realtime.annotation.RealtimeAction;
import io.github.realtime.annotation.RendersView;
import io.github.realtime.annotation.ViewKey;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Calls of the application's methods, over the wire.
 */
@EachContainer
class ActionTests {

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with(Application.class)
		.with("realtime.limits.calls-per-client=20", "realtime.limits.message-size=20KB");

	private final Actions actions = server.bean(Actions.class);

	@AfterEach
	void letGo() {
		this.actions.gate.release(1000);
		await().untilAsserted(() -> assertThat(actions.waiting.get()).isZero());
		this.actions.gate.drainPermits();
	}

	/**
	 * What an anonymous client is answered.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			add       | ,"data":{"a":1,"b":2}              | "data":3
			add       | ,"data":{"a":"1","b":2,"c":{}}     | "data":3
			nothing   |                                    | "data":null
			nothing   | ,"data":{"more":true}              | "data":null
			later     | ,"data":"x"                        | "data":"later x"
			maybe     |                                    | "data":"null null null"
			maybe     | ,"data":null                       | "data":"null null null"
			maybe     | ,"data":"x","view":"/note/1"       | "data":"x /note/1 null"
			items     | ,"data":[{"a":1,"b":2}]            | "data":1
			null      |                                    | "data":null
			rename    | ,"data":"x"                        | "data":"x"
			tag       | ,"data":["x"],"view":"/note/1"     | "data":1
			""")
	void callIsAnsweredWithWhatTheActionReturns(String action, @Nullable String more, String result) {
		try (RawClient client = server.client()) {
			JsonNode reply = call(client, action, more);
			assertThat(reply.toString())
				.isEqualTo("{\"type\":\"result\",\"id\":" + reply.get("id") + "," + result + "}");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
							unknown   |                              | forbidden       | There is no such action
							ruled     |                              | forbidden       | Calling this action is not allowed
							user      |                              | unauthenticated | This action needs a user
							view      |                              | bad-request     | 'view' is missing
							view      | ,"view":7                    | bad-request     | 'view' has to be a string
							view      | ,"view":""                   | invalid-channel | Invalid channel name "": it is empty
							add       |                              | invalid-data    | This action needs data
							add       | ,"data":null                 | invalid-data    | This action needs data
							add       | ,"data":7                    | invalid-data    | The data is not of the expected type
							add       | ,"data":{"a":{},"b":2}       | invalid-data    | 'a' is not of the expected type
							add       | ,"data":{"b":2}              | invalid-data    | 'a' is not of the expected type
							items     | ,"data":[{"a":1,"b":[2]}]    | invalid-data    | '[0].b' is not of the expected type
							write     | ,"data":{"id":1,"text":" "}  | invalid-data    | 'text' must not be blank
							writeAll  | ,"data":[{"id":1,"text":"x"},null,{"id":1,"text":""}] | invalid-data | '[2].text' must not be blank
							writeMap  | ,"data":{"a b":{"id":1,"text":""}} | invalid-data | '[a b].text' must not be blank
							writeEach | ,"data":[{"id":1,"text":""}] | invalid-data    | '[0].text' must not be blank
							writeArray | ,"data":[{"id":1,"text":""}] | invalid-data   | '[0].text' must not be blank
							rename    | ,"data":" "                  | invalid-data    | 'name' must not be blank
							rename    | ,"data":{}                   | invalid-data    | The data is not of the expected type
							rank      | ,"data":11                   | invalid-data    | 'rank' must be less than or equal to 10
							rank      |                              | invalid-data    | 'rank' must not be null
							tag       | ,"data":["x",""],"view":"/note/1" | invalid-data | '[1]' must not be blank
							tag       | ,"data":["x"],"view":"/"     | invalid-data    | 'view' must match "/note/.*"
							tag       | ,"data":[]                   | bad-request     | 'view' is missing
							countAll  | ,"data":{"a":1,"b":-1}       | invalid-data    | '[b]' must be greater than 0
							writeFew  | ,"data":[{"id":1,"text":"x"},{"id":2,"text":"x"}] | invalid-data | 'notes' size must be between 0 and 1
							writeFew  | ,"data":[{"id":1,"text":"x"},{"id":2,"text":""}] | invalid-data | '[1].text' must not be blank
							locked    |                              | note-locked     | Ada has it open
							refused   |                              | closed          | The shop is closed
					handled   |                              | handled         | as the handler says
							throws    |                              | internal        | The action failed
							overflows |                              | internal        | The action failed
							laterbad  |                              | note-locked     | Ada has it open
							unwritable |                             | internal        | The action failed
							huge      |                              | too-large       | This was done, and its result is too large to be sent
							worse     |                              | internal        | The action failed
							""")
	void callThatFailsSaysWhyAndNothingOfTheInside(String action, @Nullable String more, String code, String message) {
		try (RawClient client = server.client()) {
			JsonNode reply = call(client, action, more);
			assertThat(reply.get("type").stringValue()).isEqualTo("error");
			assertThat(reply.get("code").stringValue()).isEqualTo(code);
			assertThat(reply.get("message").stringValue()).isEqualTo(message);
			assertThat(client.frames()).noneMatch((frame) -> frame.contains("secret") || frame.contains("java"));
			assertThat(call(client, "nothing", null).get("type").stringValue()).isEqualTo("result");
		}
	}

	@Test
	void callWhenTheActionUsesTheCodeOfWhatWasNotBegunThenSaysThatItWas() {
		try (RawClient client = server.client()) {
			JsonNode reply = call(client, "voted", null);
			assertThat(reply.get("code").stringValue()).isEqualTo("rate-limited");
			assertThat(reply.get("begun").booleanValue()).isTrue();
			assertThat(call(client, "refused", null).has("begun")).isFalse();
		}
	}

	@Test
	void dataWhenInvalidThenEveryFieldIsNamed() {
		try (RawClient client = server.client()) {
			JsonNode reply = call(client, "write", ",\"data\":{\"id\":0,\"text\":\"\"}");
			assertThat(reply.get("message").stringValue()).endsWith(", and 1 more");
			assertThat(reply.get("errors")).extracting((error) -> error.get("field").stringValue())
				.containsExactlyInAnyOrder("id", "text");
			assertThat(reply.get("errors")).extracting((error) -> error.get("message").stringValue())
				.containsExactlyInAnyOrder("must be greater than 0", "must not be blank");
		}
	}

	@Test
	void argumentsWhenInvalidThenEachIsNamed() {
		try (RawClient client = server.client()) {
			JsonNode reply = call(client, "tag", ",\"data\":[\"\",\"x\",\"x\"],\"view\":\"/\"");
			assertThat(reply.get("errors")).extracting((error) -> error.get("field").stringValue())
				.containsExactlyInAnyOrder("tags", "[0]", "view");
		}
	}

	@Test
	void dataWhenMuchOfItIsInvalidThenNotAllOfThatIsNamed() {
		try (RawClient client = server.client()) {
			String notes = String.join(",", Collections.nCopies(500, "{\"id\":0,\"text\":\"\"}"));
			JsonNode reply = call(client, "writeAll", ",\"data\":[" + notes + "]");
			assertThat(reply.get("code").stringValue()).isEqualTo("invalid-data");
			assertThat(reply.get("errors")).hasSize(100);
		}
	}

	@Test
	void argumentsAreWhoCallsAndFromWhere() {
		try (RawClient ada = Users.handshake(server, "ada"); RawClient bob = Users.token(server, "bob MEMBER")) {
			assertThat(call(ada, "user", null).get("data").stringValue()).isEqualTo("ada");
			assertThat(call(bob, "user", null).get("data").stringValue()).isEqualTo("bob");
			assertThat(call(bob, "ruled", null).get("data").stringValue()).isEqualTo("bob");
			assertThat(call(ada, "client", null).get("data").toString())
				.isEqualTo("[\"" + ada.clientId() + "\",\"" + ada.clientId() + "\",\"ada\"]");
			assertThat(call(ada, "view", ",\"view\":\"/note/7\"").get("data").stringValue()).isEqualTo("/note/7");
		}
	}

	@Test
	void callsOfOneClientRunAtTheSameTimeAndEachGetsItsOwnAnswer() {
		try (RawClient client = server.client()) {
			StringBuilder frame = new StringBuilder();
			for (int i = 1; i <= 20; i++) {
				frame.append(command(i, "wait", ",\"data\":" + i)).append('\n');
			}
			client.send(frame.toString());
			await().untilAsserted(() -> assertThat(actions.waiting.get()).isEqualTo(20));
			this.actions.gate.release(20);
			List<JsonNode> results = client.awaitAll(20, "result", RawClient.type("result"));
			assertThat(results).allSatisfy(
					(result) -> assertThat(result.get("data").longValue()).isEqualTo(result.get("id").longValue()));
			assertThat(results).extracting((result) -> result.get("id").longValue()).doesNotHaveDuplicates();
		}
	}

	@Test
	void callsBeyondTheLimitAreRefusedAndOthersAreNotHeldUp() {
		try (RawClient client = server.client(); RawClient other = server.client()) {
			StringBuilder frame = new StringBuilder();
			for (int i = 1; i <= 25; i++) {
				frame.append(command(i, "wait", ",\"data\":" + i)).append('\n');
			}
			client.send(frame.toString());
			assertThat(client.awaitAll(5, "error", RawClient.type("error"))).allSatisfy((error) -> {
				assertThat(error.get("code").stringValue()).isEqualTo("limit-exceeded");
				assertThat(error.get("id").longValue()).isGreaterThan(20);
			});
			assertThat(call(other, "nothing", null).get("type").stringValue()).isEqualTo("result");
			client.sync();
			this.actions.gate.release(20);
			client.awaitAll(20, "result", RawClient.type("result"));
			assertThat(call(client, "nothing", null).get("type").stringValue()).isEqualTo("result");
		}
	}

	@Test
	void callWhenRepeatedThenIsAnsweredAsTheFirstTimeAndDoneOnceAlsoFromAnotherSocket() {
		try (RawClient first = server.client(); RawClient other = server.client()) {
			JsonNode answer = call(first, "count", ",\"op\":\"intent\"");
			assertThat(call(first, "count", ",\"op\":\"intent\"").get("data")).isEqualTo(answer.get("data"));
			String token = first.welcome().get("resume").stringValue();
			try (RawClient second = server.client()) {
				second.resume(token);
				assertThat(call(second, "count", ",\"op\":\"intent\"").get("data")).isEqualTo(answer.get("data"));
				assertThat(call(other, "count", ",\"op\":\"intent\"").get("data").intValue())
					.as("the same op of another client")
					.isEqualTo(answer.get("data").intValue() + 1);
				assertThat(call(second, "count", ",\"op\":\"another\"").get("data").intValue())
					.isEqualTo(answer.get("data").intValue() + 2);
				assertThat(call(second, "count", null).get("data").intValue())
					.isEqualTo(answer.get("data").intValue() + 3);
			}
		}
	}

	@Test
	void callWhenRepeatedWhileItRunsThenBothGetTheOneAnswer() {
		try (RawClient client = server.client()) {
			client.send(command(1, "wait", ",\"data\":7,\"op\":\"slow\""));
			await().untilAsserted(() -> assertThat(actions.waiting.get()).isEqualTo(1));
			client.send(command(2, "wait", ",\"data\":8,\"op\":\"slow\""));
			client.sync();
			assertThat(actions.waiting.get()).isEqualTo(1);
			this.actions.gate.release();
			assertThat(client.awaitAll(2, "result", RawClient.type("result")))
				.extracting((result) -> result.get("data").intValue())
				.containsExactly(7, 7);
		}
	}

	@Test
	void callThatFailedWhenRepeatedThenFailsAsTheFirstTime() {
		try (RawClient client = server.client()) {
			int before = this.actions.count.get();
			for (int i = 0; i < 2; i++) {
				assertThat(Users.outcome(call(client, "countAndThrow", ",\"op\":\"failing\"")))
					.isEqualTo("note-locked");
			}
			assertThat(actions.count.get()).isEqualTo(before + 1);
		}
	}

	@Test
	void viewsAreRenderedForOthersAndNamedToTheCaller() {
		try (RawClient caller = server.client(); RawClient other = server.client(); RawClient third = server.client()) {
			caller.subscribe("/note/5");
			other.subscribe("/note/5");
			third.subscribe("/note/6");
			JsonNode reply = call(caller, "write", ",\"data\":{\"id\":5,\"text\":\"x\"}");
			assertThat(reply.get("rendered").toString()).isEqualTo("[\"/note/5\",\"/of/a%2Fb%20%C3%BC\"]");
			JsonNode refresh = other.await("refresh", RawClient.type("refresh"));
			assertThat(refresh.toString())
				.isEqualTo("{\"type\":\"refresh\",\"channel\":\"/note/5\",\"offset\":" + refresh.get("offset") + "}");
			caller.await("position", RawClient.type("position"));
			caller.sync();
			third.sync();
			assertThat(caller.lines(RawClient.type("refresh"))).isEmpty();
			assertThat(third.lines(RawClient.type("refresh"))).isEmpty();
		}
	}

	@Test
	void viewsWhenOneOfThemLacksAValueThenTheOthersAreRendered() {
		try (RawClient client = server.client()) {
			JsonNode reply = call(client, "writeInFolder", ",\"data\":{\"id\":5}");
			assertThat(reply.get("rendered").toString()).isEqualTo("[\"/note/5\"]");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "writeHuge", "writeUnwritable" })
	void viewsWhenTheCallerIsNotToldOfThemThenAreRenderedForItToo(String action) {
		try (RawClient caller = server.client()) {
			caller.subscribe("/note/" + action);
			assertThat(call(caller, action, null).get("type").stringValue()).isEqualTo("error");
			caller.await("refresh", RawClient.type("refresh"));
		}
	}

	@Test
	void viewsWhenTheCallerHasAnotherSocketMeanwhileThenAreRenderedForItToo() {
		try (RawClient caller = server.client(); RawClient back = server.client()) {
			caller.send(command(1, "writeLater", null));
			await().untilAsserted(() -> assertThat(actions.waiting.get()).isEqualTo(1));
			back.resume(caller.welcome().get("resume").stringValue());
			back.subscribe("/note/later");
			this.actions.gate.release();
			back.await("refresh", RawClient.type("refresh"));
		}
	}

	@Test
	void viewsWhenTheActionFailsThenAreLeftAlone() {
		try (RawClient caller = server.client(); RawClient other = server.client()) {
			other.subscribe("/note/9");
			assertThat(Users.outcome(call(caller, "writeAndThrow", ",\"data\":{\"id\":9,\"text\":\"x\"}")))
				.isEqualTo("note-locked");
			assertThat(Users.outcome(call(caller, "write", ",\"data\":{\"id\":9,\"text\":\"\"}")))
				.isEqualTo("invalid-data");
			other.sync();
			assertThat(server.realtime().channel("/note/9").position().offset()).isZero();
			assertThat(other.lines(RawClient.type("refresh"))).isEmpty();
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void exceptionThatNobodyKnowsIsLogged(CapturedOutput output) {
		try (RawClient client = server.client()) {
			call(client, "locked", null);
			call(client, "handled", null);
			assertThat(output).doesNotContain("Exception");
			call(client, "throws", null);
			assertThat(output).contains("ActionTests$Actions#fail").contains("secret");
		}
	}

	private static JsonNode call(RawClient client, String action, @Nullable String more) {
		return client.command(command("%d", action, more));
	}

	private static String command(Object id, String action, @Nullable String more) {
		return "{\"type\":\"call\",\"id\":" + id + ",\"action\":\"" + action + "\"" + ((more != null) ? more : "")
				+ "}";
	}

	record Sum(int a, Integer b) {

	}

	record Note(@Positive long id, @NotBlank String text) {

		public String getAuthor() {
			return "a/b ü";
		}

	}

	@ActionErrorCode("note-locked")
	static class NoteLockedException extends RuntimeException {

		NoteLockedException() {
			super("Ada has it open");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Users.class, Actions.class })
	static class Application {

		@Bean
		ChannelAccess channelAccess() {
			return ChannelAccess.rules()
				.match("*")
				.subscribe(ChannelRule.permitAll())
				.match("/note/*")
				.subscribe(ChannelRule.permitAll())
				.action("ruled")
				.call(ChannelRule.hasRole("MEMBER"))
				.build();
		}

		@Bean
		ActionErrorHandler errorHandler() {
			return (exception, client) -> {
				if (exception instanceof IllegalCallerException) {
					throw new StackOverflowError("secret");
				}
				return (exception instanceof UnsupportedOperationException)
						? new ActionErrorHandler.ActionError("handled", "as the handler says") : null;
			};
		}

	}

	static class Actions {

		final Semaphore gate = new Semaphore(0);

		final AtomicInteger waiting = new AtomicInteger();

		final AtomicInteger count = new AtomicInteger();

		private final RealtimeTemplate realtime;

		Actions(RealtimeTemplate realtime) {
			this.realtime = realtime;
		}

		@RealtimeAction("add")
		int add(Sum sum) {
			return sum.a() + sum.b();
		}

		@RealtimeAction("items")
		int items(List<Sum> sums) {
			return sums.get(0).a();
		}

		@RealtimeAction("nothing")
		void nothing() {
		}

		@RealtimeAction("null")
		@Nullable Object nothingAtAll() {
			return null;
		}

		@RealtimeAction("later")
		CompletableFuture<String> later(String text) {
			return new CompletableFuture<String>().completeAsync(() -> "later " + text,
					CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS));
		}

		@RealtimeAction("maybe")
		String maybe(@Nullable String text, @ViewKey @Nullable String view, @Nullable Principal user) {
			return text + " " + view + " " + user;
		}

		@RealtimeAction("user")
		String user(Principal user) {
			return user.getName();
		}

		@RealtimeAction("ruled")
		String ruled(Principal user) {
			return user.getName();
		}

		@RealtimeAction("client")
		List<String> client(RealtimeClient client, @ClientId String id) {
			return List.of(client.id(), id, client.name());
		}

		@RealtimeAction("view")
		String view(@ViewKey String view) {
			return view;
		}

		@RealtimeAction("wait")
		int await(int number) throws InterruptedException {
			this.waiting.incrementAndGet();
			try {
				this.gate.acquire();
				return number;
			}
			finally {
				this.waiting.decrementAndGet();
			}
		}

		@RealtimeAction("count")
		int count() {
			return this.count.incrementAndGet();
		}

		@RealtimeAction("countAndThrow")
		void countAndThrow() {
			this.count.incrementAndGet();
			throw new NoteLockedException();
		}

		@RealtimeAction("write")
		@RendersView({ "/note/{id}", "/of/{note.author}" })
		void write(@Valid Note note) {
		}

		@RealtimeAction("writeAll")
		void writeAll(@Valid List<Note> notes) {
		}

		@RealtimeAction("writeEach")
		void writeEach(List<@Valid Note> notes) {
		}

		@RealtimeAction("writeArray")
		void writeArray(@Valid Note[] notes) {
		}

		@RealtimeAction("writeFew")
		void writeFew(@Size(max = 1) List<@Valid Note> notes) {
		}

		@RealtimeAction("rename")
		String rename(@NotBlank String name) {
			return name;
		}

		@RealtimeAction("rank")
		void rank(@NotNull @Max(10) @Nullable Integer rank) {
		}

		@RealtimeAction("tag")
		int tag(@Size(max = 2) List<@NotBlank String> tags, @Pattern(regexp = "/note/.*") @ViewKey String view) {
			return tags.size();
		}

		@RealtimeAction("countAll")
		void countAll(Map<String, @Positive Integer> counts) {
		}

		@RealtimeAction("writeInFolder")
		@RendersView({ "/folder/{folder}", "/note/{id}" })
		void writeInFolder(Map<String, Object> note) {
		}

		@RealtimeAction("voted")
		void voted() {
			throw new RefusedException("rate-limited", "One vote a day");
		}

		@RealtimeAction("writeMap")
		void writeMap(@Valid Map<String, Note> notes) {
		}

		@RealtimeAction("writeAndThrow")
		@RendersView("/note/{id}")
		void writeAndThrow(@Valid Note note) {
			throw new NoteLockedException();
		}

		@RealtimeAction("locked")
		void locked() {
			throw new NoteLockedException();
		}

		@RealtimeAction("laterbad")
		CompletableFuture<String> laterBad() {
			return CompletableFuture.supplyAsync(() -> {
				throw new NoteLockedException();
			});
		}

		@RealtimeAction("refused")
		void refused() {
			throw new RefusedException("closed", "The shop is closed");
		}

		@RealtimeAction("handled")
		void handled() {
			throw new UnsupportedOperationException("secret");
		}

		@RealtimeAction("throws")
		void fail() throws Exception {
			throw new Exception("secret");
		}

		@RealtimeAction("overflows")
		int overflows() {
			return overflows() + 1;
		}

		@RealtimeAction("unwritable")
		Object unwritable() {
			return new Object() {

				public String getText() {
					throw new IllegalStateException("secret");
				}

			};
		}

		@RealtimeAction("worse")
		void worse() {
			throw new IllegalCallerException("secret");
		}

		@RealtimeAction("writeHuge")
		@RendersView("/note/writeHuge")
		String writeHuge() {
			return huge();
		}

		@RealtimeAction("writeUnwritable")
		@RendersView("/note/writeUnwritable")
		Object writeUnwritable() {
			return unwritable();
		}

		@RealtimeAction("writeLater")
		@RendersView("/note/later")
		void writeLater() throws InterruptedException {
			await(0);
		}

		@RealtimeAction("huge")
		String huge() {
			return "x".repeat(20 * 1024);
		}

		@RealtimeAction("render")
		void render(@ViewKey String view) {
			this.realtime.render(view);
		}

	}

}
