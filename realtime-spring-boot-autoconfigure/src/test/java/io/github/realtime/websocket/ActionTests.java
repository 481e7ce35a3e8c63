package io.github.realtime.websocket;

import java.util.List;

import io.github.realtime.websocket.ActionApplication.Actions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.github.realtime.websocket.ActionApplication.call;
import static io.github.realtime.websocket.ActionApplication.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Calls of the application's methods, over the wire.
 */
@EachContainer
class ActionTests {

	@RegisterExtension
	static final RealtimeServer server = ActionApplication.server();

	private final Actions actions = server.bean(Actions.class);

	@AfterEach
	void letGo() {
		this.actions.letGo();
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
	void callsOfOneClientRunAtTheSameTimeAndEachGetsItsOwnAnswer() {
		try (RawClient client = server.client()) {
			StringBuilder frame = new StringBuilder();
			for (int i = 1; i <= 20; i++) {
				frame.append(command(i, "wait", ",\"data\":" + i)).append('\n');
			}
			client.send(frame.toString());
			await().untilAsserted(() -> assertThat(this.actions.waiting.get()).isEqualTo(20));
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
	@ExtendWith(OutputCaptureExtension.class)
	void exceptionThatNobodyKnowsIsLogged(CapturedOutput output) {
		try (RawClient client = server.client()) {
			call(client, "locked", null);
			call(client, "handled", null);
			assertThat(output).doesNotContain("Exception");
			call(client, "throws", null);
			assertThat(output).contains("ActionApplication$Actions#fail").contains("secret");
		}
	}

}
