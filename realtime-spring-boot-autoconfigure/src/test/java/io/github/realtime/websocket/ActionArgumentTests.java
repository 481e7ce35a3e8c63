package io.github.realtime.websocket;

import java.util.Collections;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static io.github.realtime.websocket.ActionApplication.call;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clients pass to actions, and what they are told of invalid arguments.
 */
@EachContainer
class ActionArgumentTests {

	@RegisterExtension
	static final RealtimeServer server = ActionApplication.server();

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

}
