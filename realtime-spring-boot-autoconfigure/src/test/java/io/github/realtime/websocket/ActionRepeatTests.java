package io.github.realtime.websocket;

import io.github.realtime.websocket.ActionApplication.Actions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static io.github.realtime.websocket.ActionApplication.call;
import static io.github.realtime.websocket.ActionApplication.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Calls that are made again, with the same {@code op}.
 */
@EachContainer
class ActionRepeatTests {

	@RegisterExtension
	static final RealtimeServer server = ActionApplication.server();

	private final Actions actions = server.bean(Actions.class);

	@AfterEach
	void letGo() {
		this.actions.letGo();
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
			await().untilAsserted(() -> assertThat(this.actions.waiting.get()).isEqualTo(1));
			client.send(command(2, "wait", ",\"data\":8,\"op\":\"slow\""));
			client.sync();
			assertThat(this.actions.waiting.get()).isEqualTo(1);
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
			assertThat(this.actions.count.get()).isEqualTo(before + 1);
		}
	}

}
