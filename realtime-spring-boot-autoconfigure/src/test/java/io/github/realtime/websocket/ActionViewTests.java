package io.github.realtime.websocket;

import io.github.realtime.websocket.ActionApplication.Actions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static io.github.realtime.websocket.ActionApplication.call;
import static io.github.realtime.websocket.ActionApplication.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Views that are rendered after an action.
 */
@EachContainer
class ActionViewTests {

	@RegisterExtension
	static final RealtimeServer server = ActionApplication.server();

	private final Actions actions = server.bean(Actions.class);

	@AfterEach
	void letGo() {
		this.actions.letGo();
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
			await().untilAsserted(() -> assertThat(this.actions.waiting.get()).isEqualTo(1));
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

}
