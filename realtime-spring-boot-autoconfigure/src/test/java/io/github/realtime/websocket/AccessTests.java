package io.github.realtime.websocket;

import java.util.List;
import java.util.Set;

import io.github.realtime.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may do what, and that there is no way around it.
 */
@EachContainer
class AccessTests {

	/** All that a client may try with a name. */
	private static final List<String> COMMANDS = List
		.of("{'type':'subscribe','id':%d,'channel':'NAME','state':true,'presence':true}",
				"{'type':'subscribe','id':%d,'channel':'NAME','since':{'epoch':'e','offset':0},'state':true}",
				"{'type':'publish','id':%d,'channel':'NAME','data':'forged'}",
				"{'type':'set','id':%d,'channel':'NAME','key':'k','value':'forged'}",
				"{'type':'set','id':%d,'channel':'NAME','key':'k','value':'forged','expect':0}",
				"{'type':'increment','id':%d,'channel':'NAME','key':'k','by':1}",
				"{'type':'remove','id':%d,'channel':'NAME','key':'k'}", "{'type':'snapshot','id':%d,'channel':'NAME'}",
				"{'type':'presence','id':%d,'channel':'NAME'}", "{'type':'call','id':%d,'action':'NAME'}")
		.stream()
		.map((command) -> command.replace('\'', '"'))
		.toList();

	@RegisterExtension
	static final RealtimeServer server = AccessRules.server();

	/**
	 * What everybody is answered: anonymous, the user Ada whose channel it is, another
	 * user, and an administrator.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			subscribe   | permits_ada | forbidden      | subscribed     | forbidden      | subscribed
			subscribe   | denies_ada  | forbidden      | forbidden      | forbidden      | forbidden
			subscribe   | throws_ada  | forbidden      | forbidden      | forbidden      | forbidden
			subscribe   | absent_ada  | forbidden      | forbidden      | forbidden      | forbidden
			subscribe   | silent_ada  | subscribed     | subscribed     | subscribed     | subscribed
			since       | permits_ada | forbidden      | subscribed     | forbidden      | subscribed
			since       | denies_ada  | forbidden      | forbidden      | forbidden      | forbidden
			since       | throws_ada  | forbidden      | forbidden      | forbidden      | forbidden
			since       | absent_ada  | forbidden      | forbidden      | forbidden      | forbidden
			since       | silent_ada  | subscribed     | subscribed     | subscribed     | subscribed
			publish     | permits_ada | forbidden      | published      | forbidden      | published
			publish     | denies_ada  | forbidden      | forbidden      | forbidden      | forbidden
			publish     | throws_ada  | forbidden      | forbidden      | forbidden      | forbidden
			publish     | silent_ada  | forbidden      | forbidden      | forbidden      | forbidden
			publish     | absent_ada  | forbidden      | forbidden      | forbidden      | forbidden
			set         | permits_ada | forbidden      | ack            | forbidden      | ack
			set         | denies_ada  | forbidden      | forbidden      | forbidden      | forbidden
			set         | throws_ada  | forbidden      | forbidden      | forbidden      | forbidden
			set         | silent_ada  | forbidden      | forbidden      | forbidden      | forbidden
			set         | absent_ada  | forbidden      | forbidden      | forbidden      | forbidden
			increment   | permits_ada | forbidden      | ack            | forbidden      | ack
			increment   | denies_ada  | forbidden      | forbidden      | forbidden      | forbidden
			increment   | throws_ada  | forbidden      | forbidden      | forbidden      | forbidden
			increment   | silent_ada  | forbidden      | forbidden      | forbidden      | forbidden
			increment   | absent_ada  | forbidden      | forbidden      | forbidden      | forbidden
			remove      | permits_ada | forbidden      | ack            | forbidden      | ack
			remove      | denies_ada  | forbidden      | forbidden      | forbidden      | forbidden
			remove      | throws_ada  | forbidden      | forbidden      | forbidden      | forbidden
			remove      | silent_ada  | forbidden      | forbidden      | forbidden      | forbidden
			remove      | absent_ada  | forbidden      | forbidden      | forbidden      | forbidden
			presence    | permits_ada | forbidden      | not-subscribed | forbidden      | not-subscribed
			presence    | denies_ada  | forbidden      | forbidden      | forbidden      | forbidden
			presence    | throws_ada  | forbidden      | forbidden      | forbidden      | forbidden
			presence    | absent_ada  | forbidden      | forbidden      | forbidden      | forbidden
			presence    | silent_ada  | not-subscribed | not-subscribed | not-subscribed | not-subscribed
			call        | permits_ada | forbidden      | result         | forbidden      | result
			call        | denies_ada  | forbidden      | forbidden      | forbidden      | forbidden
			call        | throws_ada  | forbidden      | forbidden      | forbidden      | forbidden
			call        | silent_ada  | result         | result         | result         | result
			call        | absent_ada  | forbidden      | forbidden      | forbidden      | forbidden
			unsubscribe | permits_ada | not-subscribed | not-subscribed | not-subscribed | not-subscribed
			unsubscribe | denies_ada  | not-subscribed | not-subscribed | not-subscribed | not-subscribed
			unsubscribe | throws_ada  | not-subscribed | not-subscribed | not-subscribed | not-subscribed
			unsubscribe | silent_ada  | not-subscribed | not-subscribed | not-subscribed | not-subscribed
			unsubscribe | absent_ada  | not-subscribed | not-subscribed | not-subscribed | not-subscribed
			snapshot    | permits_ada | not-subscribed | not-subscribed | not-subscribed | not-subscribed
			snapshot    | denies_ada  | not-subscribed | not-subscribed | not-subscribed | not-subscribed
			snapshot    | throws_ada  | not-subscribed | not-subscribed | not-subscribed | not-subscribed
			snapshot    | silent_ada  | not-subscribed | not-subscribed | not-subscribed | not-subscribed
			snapshot    | absent_ada  | not-subscribed | not-subscribed | not-subscribed | not-subscribed
			subscribe   | configured_ | forbidden      | forbidden      | forbidden      | forbidden
			publish     | configured_ | published      | published      | published      | published
			resume      | permits_ada | bad-request | bad-request | bad-request | bad-request
			authenticate | permits_ada | authenticated | authenticated | forbidden | forbidden
			""")
	void commandIsAnsweredAsTheRuleSays(String type, String channel, String anonymous, String ada, String bob,
			String admin) {
		try (RawClient nobody = server.client();
				RawClient owner = Users.handshake(server, "ada");
				RawClient other = Users.token(server, "bob MEMBER");
				RawClient root = Users.token(server, "root ADMIN")) {
			List<RawClient> clients = List.of(nobody, owner, other, root);
			clients.forEach((client) -> client.subscribe("silent_bystander"));
			assertThat(clients.stream().map((client) -> Users.outcome(client.command(command(type, channel)))))
				.containsExactly(anonymous, ada, bob, admin);
			server.realtime().send("silent_bystander", "goes on");
			for (RawClient client : clients) {
				assertThat(client.awaitData("silent_bystander").stringValue()).isEqualTo("goes on");
			}
		}
	}

	private static String command(String type, String channel) {
		return "{\"type\":\"" + type.replace("since", "subscribe") + "\",\"id\":%d,\"channel\":\"" + channel
				+ "\",\"data\":{\"n\":1},\"key\":\"k\",\"value\":1,\"by\":1,\"action\":\"" + channel
				+ "\",\"token\":\"ada\"" + (type.equals("since")
						? ",\"since\":{\"epoch\":\"e\",\"offset\":0},\"state\":true,\"presence\":true" : "")
				+ "}";
	}

	@ParameterizedTest
	@ValueSource(strings = { "Secret_1", "SECRET_1", "secret_1.", "secret_1/", "/secret_1", "./secret_1",
			"secret_1/../secret_1", "%73ecret_1", "secret%5f1", "secret_%31", "secret_1%00", "secret_1\\u0000",
			"secret_1\\n", " secret_1", "secret_1 ", "secret_1\\t", "\\ufeffsecret_1", "secret_\\uff11",
			"secret_1\\u200b", "s\\u0065cret_1", "secret_01", "secret_1:1", "secret_1@x", "secret_*", "*", "{x}",
			"secret_{x}", "realtime:secret_1", "silent_x/secret_1", "secret_1,silent_x" })
	void nameWhenItLooksLikeAForbiddenOneThenGetsNothingOfIt(String name) {
		try (RawClient client = server.client(); RawClient member = Users.token(server, "mem MEMBER")) {
			member.subscribe("secret_1");
			server.realtime().channel("secret_1").state().set("k", "classified");
			for (String command : COMMANDS) {
				JsonNode reply = client.command(command.replace("NAME", name));
				assertThat(Users.outcome(reply)).as(command)
					.isIn("forbidden", "invalid-channel", "not-subscribed", "bad-request");
			}
			server.realtime().send("secret_1", "classified");
			member.awaitData("secret_1");
			client.sync();
			assertThat(client.frames()).noneMatch((frame) -> frame.contains("classified") || frame.contains("mem"));
			assertThat(member.frames()).noneMatch((frame) -> frame.contains("forged"));
			assertThat(server.realtime().channel("secret_1").state().get("k", String.class).value())
				.isEqualTo("classified");
		}
	}

	@Test
	void fieldWhenItComesTwiceThenTheDecisionIsAboutTheOneThatCounts() {
		try (RawClient client = server.client()) {
			for (String channels : List.of("\"channel\":\"secret_1\",\"channel\":\"silent_1\"",
					"\"channel\":\"silent_1\",\"channel\":\"secret_1\"")) {
				JsonNode reply = client.command("{\"type\":\"subscribe\",\"id\":%d," + channels + "}");
				assertThat(reply.path("channel").asString("secret_1"))
					.isEqualTo(Users.outcome(reply).equals("subscribed") ? "silent_1" : "secret_1");
			}
			server.realtime().send("secret_1", "classified");
			client.sync();
			assertThat(client.frames()).noneMatch((frame) -> frame.contains("classified"));
		}
	}

	@Test
	void accessWhenItIsWithdrawnThenSubscribingAgainAndSinceGetNothing() {
		Set<String> members = server.context().getBean(AccessRules.class).members;
		members.add("eve");
		try (RawClient client = Users.token(server, "eve MEMBER")) {
			Position position = client.subscribe("club");
			server.realtime().send("club", "for members");
			client.awaitData("club");
			members.remove("eve");
			assertThat(Users.outcome(Users.authenticate(client, "eve MEMBER"))).isEqualTo("authenticated");
			JsonNode end = client.await("the end", RawClient.type("unsubscribed"));
			assertThat(end.toString())
				.isEqualTo("{\"type\":\"unsubscribed\",\"channel\":\"club\",\"code\":\"forbidden\"}");
			server.realtime().send("club", "classified");
			assertThat(Users.outcome(client.command(RawClient.subscribeCommand("club", null)))).isEqualTo("forbidden");
			assertThat(Users.outcome(client.command(RawClient.subscribeCommand("club", position))))
				.isEqualTo("forbidden");
			assertThat(client.frames()).noneMatch((frame) -> frame.contains("classified"));
			client.subscribe("silent_1");
		}
	}

}
