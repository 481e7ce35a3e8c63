package io.github.realtime.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clients publish.
 */
@EachContainer
class PublishTests {

	@RegisterExtension
	static final RealtimeServer server = AccessRules.server();

	@Test
	void publishWhenARoleIsTakenAwayThenTheNextOneIsRefused() {
		Set<String> members = server.context().getBean(AccessRules.class).members;
		members.add("mel");
		try (RawClient client = Users.token(server, "mel MEMBER")) {
			assertThat(publish(client, "club", "1", null)).isEqualTo("published");
			members.remove("mel");
			assertThat(publish(client, "club", "2", null)).as("by the application's data").isEqualTo("forbidden");
			assertThat(publish(client, "lounge", "1", null)).isEqualTo("published");
			assertThat(Users.outcome(Users.authenticate(client, "mel"))).isEqualTo("authenticated");
			assertThat(publish(client, "lounge", "2", null)).as("by a new token").isEqualTo("forbidden");
		}
	}

	@Test
	void publishReachesEverySubscriberWithTheIdOfWhoSentIt() {
		try (RawClient sender = Users.token(server, "ada MEMBER"); RawClient reader = server.client()) {
			String id = sender.lines(RawClient.type("authenticated")).get(0).get("clientId").stringValue();
			sender.subscribe("lounge");
			reader.subscribe("lounge");
			JsonNode reply = sender.command(
					"{\"type\":\"publish\",\"id\":%d,\"channel\":\"lounge\",\"data\": { \"n\" : 1.10, \"t\":\"a  b\" } }");
			String expected = "{\"type\":\"message\",\"channel\":\"lounge\",\"offset\":" + reply.get("offset")
					+ ",\"from\":\"" + id + "\",\"data\":{\"n\":1.10,\"t\":\"a  b\"}}";
			for (RawClient client : List.of(sender, reader)) {
				client.awaitData("lounge");
				assertThat(client.frames()).anyMatch((frame) -> frame.lines().anyMatch(expected::equals));
			}
			assertThat(server.realtime().channel("lounge").history(1).get(0).data().toString())
				.isEqualTo("{\"n\":1.1,\"t\":\"a  b\"}");
		}
	}

	@Test
	void publishWhenRepeatedThenIsAnsweredAsTheFirstTimeAndSentOnceAlsoFromAnotherSocket() {
		try (RawClient reader = server.client(); RawClient first = server.client()) {
			reader.subscribe("configured_op");
			JsonNode reply = publishOp(first, "\"once\"", "intent");
			assertThat(publishOp(first, "\"again\"", "intent").get("offset")).isEqualTo(reply.get("offset"));
			String token = first.welcome().get("resume").stringValue();
			try (RawClient second = server.client(); RawClient other = server.client()) {
				second.resume(token);
				assertThat(publishOp(second, "\"again\"", "intent").get("offset")).isEqualTo(reply.get("offset"));
				assertThat(publishOp(other, "\"another's\"", "intent").get("offset").longValue())
					.as("the same op of another client")
					.isEqualTo(reply.get("offset").longValue() + 1);
				assertThat(publishOp(second, "\"another\"", "intent-2").get("offset").longValue())
					.isEqualTo(reply.get("offset").longValue() + 2);
			}
			assertThat(server.realtime().channel("configured_op").history(10))
				.extracting((publication) -> publication.data().stringValue())
				.containsExactly("once", "another's", "another");
		}
	}

	private static JsonNode publishOp(RawClient client, String data, String op) {
		return client.command("{\"type\":\"publish\",\"id\":%d,\"channel\":\"configured_op\",\"data\":" + data
				+ ",\"op\":\"" + op + "\"}");
	}

	@Test
	void publishWhenTheMessageIsTooLargeThenIsRefusedAndSpaceDoesNotCount() {
		try (RawClient client = server.client()) {
			String largest = "\"" + "x".repeat(2046) + "\"";
			assertThat(publish(client, "configured_size", largest, null)).isEqualTo("published");
			assertThat(publish(client, "configured_size", largest + " ".repeat(5000), null)).isEqualTo("published");
			assertThat(publish(client, "configured_size", "[" + largest + "]", null)).isEqualTo("too-large");
			assertThat(publish(client, "configured_size", "\"" + "ü".repeat(1100) + "\"", null)).isEqualTo("too-large");
			assertThat(publish(client, "denies_x", "[" + largest + "]", null)).isEqualTo("forbidden");
			assertThat(server.realtime().channel("configured_size").history(10)).hasSize(2);
		}
	}

	@Test
	void publishWhenManyThenTheyKeepTheirOrder() {
		try (RawClient client = server.client()) {
			client.subscribe("configured_order");
			StringBuilder frame = new StringBuilder();
			List<Integer> expected = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				frame.append("{\"type\":\"publish\",\"id\":")
					.append(i + 1)
					.append(",\"channel\":\"configured_order\",\"data\":")
					.append(i)
					.append("}\n");
				expected.add(i);
			}
			client.send(frame.toString());
			assertThat(client.awaitMessages("configured_order", 100))
				.extracting((message) -> message.get("data").intValue())
				.containsExactlyElementsOf(expected);
		}
	}

	private static String publish(RawClient client, String channel, String data, String op) {
		return Users.outcome(client.command("{\"type\":\"publish\",\"id\":%d,\"channel\":\"" + channel + "\",\"data\":"
				+ data + ((op != null) ? ",\"op\":\"" + op + "\"" : "") + "}"));
	}

}
