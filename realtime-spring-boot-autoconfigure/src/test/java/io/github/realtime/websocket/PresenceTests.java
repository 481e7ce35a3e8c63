package io.github.realtime.websocket;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.realtime.Member;
import io.github.realtime.PresenceInfo;
import io.github.realtime.testing.Patience;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * Who is on a channel, as clients and the application see it, on two instances that share
 * a Redis or on one by itself.
 */
@EachBroker
class PresenceTests {

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server();

	@RegisterExtension
	static final RealtimeServer one = server("1h");

	@RegisterExtension
	static final RealtimeServer other = one.another();

	/** Forgets clients that are lost at once. */
	@RegisterExtension
	static final RealtimeServer quick = server("1ms");

	private static RealtimeServer server(String grace) {
		return RealtimeServer.sharing(redis)
			.with(Users.class, Info.class)
			.with("realtime.presence.grace=" + grace, "realtime.channels[0].pattern=chat_*",
					"realtime.channels[0].presence=true");
	}

	private RawClient client(RealtimeServer server, String user) {
		return user.isEmpty() ? server.client() : Users.handshake(server, user);
	}

	private static JsonNode join(RawClient client, String channel, boolean presence) {
		return client.command(
				"{\"type\":\"subscribe\",\"id\":%d,\"channel\":\"" + channel + "\",\"presence\":" + presence + "}");
	}

	private static JsonNode members(RawClient client, String channel) {
		return client.command("{\"type\":\"presence\",\"id\":%d,\"channel\":\"" + channel + "\"}");
	}

	private static JsonNode member(String clientId, String user) {
		return RawClient.json("{\"clientId\":\"" + clientId + "\""
				+ (user.isEmpty() ? "" : ",\"user\":\"" + user + "\",\"info\":{\"name\":\"" + user + "!\"}") + "}");
	}

	private static JsonNode change(String type, String channel, JsonNode member) {
		return RawClient.json("{\"type\":\"" + type + "\",\"channel\":\"" + channel + "\",\"member\":" + member + "}");
	}

	private static JsonNode awaitChange(RawClient client, String type, String clientId) {
		return client.await(type + " of " + clientId,
				RawClient.type(type).and((line) -> line.at("/member/clientId").asString().equals(clientId)));
	}

	@Test
	void subscriberSeesWhoIsThereAndWhoComesAndGoes() {
		RawClient ada = client(one, "ada");
		JsonNode first = join(ada, "chat_1", true);
		JsonNode adaMember = member(ada.clientId(), "ada");
		assertThat(first.get("members")).isEqualTo(RawClient.json("[" + adaMember + "]"));
		assertThat(first.get("count").intValue()).isOne();
		RawClient bob = client(other, "bob");
		assertThat(join(bob, "chat_1", false).has("members")).isFalse();
		JsonNode bobMember = member(bob.clientId(), "bob");
		assertThat(awaitChange(ada, "join", bob.clientId())).isEqualTo(change("join", "chat_1", bobMember));
		RawClient tab = client(other, "");
		assertThat(join(tab, "chat_1", true).get("members"))
			.isEqualTo(RawClient.json(Stream.of(adaMember, bobMember, member(tab.clientId(), ""))
				.sorted((a, b) -> a.get("clientId").stringValue().compareTo(b.get("clientId").stringValue()))
				.toList()
				.toString()));
		bob.unsubscribe("chat_1");
		assertThat(awaitChange(ada, "leave", bob.clientId())).isEqualTo(change("leave", "chat_1", bobMember));
		awaitChange(tab, "leave", bob.clientId());
		assertThat(bob.lines(RawClient.type("join"))).isEmpty();
		assertThat(ada.lines(RawClient.type("join"))).noneMatch((line) -> line.toString().contains(ada.clientId()));
	}

	@Test
	void javaSeesTheSame() {
		RawClient ada = client(one, "ada");
		RawClient again = client(other, "ada");
		RawClient tab = client(other, "");
		Stream.of(ada, again, tab).forEach((client) -> join(client, "chat_2", false));
		assertThat(one.realtime().channel("chat_2").presence().count()).isEqualTo(3);
		assertThat(other.realtime().channel("chat_2").presence().users()).isEqualTo(Set.of("ada"));
		assertThat(one.realtime().channel("chat_2").presence().members())
			.extracting(Member::clientId, Member::user,
					(member) -> (member.info() != null) ? member.info().get("name").stringValue() : null)
			.containsExactlyInAnyOrder(tuple(ada.clientId(), "ada", "ada!"), tuple(again.clientId(), "ada", "ada!"),
					tuple(tab.clientId(), null, null));
		assertThat(one.realtime().channel("chat_empty").presence().members()).isEmpty();
	}

	@Test
	void clientThatComesBackWasNeverGone() {
		RawClient witness = client(one, "");
		join(witness, "chat_3", true);
		RawClient first = client(one, "");
		join(first, "chat_3", false);
		String token = first.welcome().get("resume").stringValue();
		String id = first.clientId();
		awaitChange(witness, "join", id);
		RawClient last = first;
		for (RealtimeServer server : List.of(other, one, other)) {
			last.abort();
			last = client(server, "");
			last.resume(token);
			join(last, "chat_3", false);
		}
		last.unsubscribe("chat_3");
		awaitChange(witness, "leave", id);
		assertThat(witness.lines(RawClient.type("leave"))).hasSize(1);
		assertThat(witness.lines(RawClient.type("join"))).hasSize(1);
	}

	@Test
	void clientThatDoesNotComeBackIsGoneAfterTheGrace() {
		RawClient witness = client(quick, "");
		join(witness, "chat_4", true);
		RawClient lost = client(quick, "");
		join(lost, "chat_4", false);
		awaitChange(witness, "join", lost.clientId());
		lost.abort();
		awaitChange(witness, "leave", lost.clientId());
		await().atMost(Patience.ENOUGH).until(() -> quick.realtime().channel("chat_4").presence().count() == 1);
	}

	@Test
	void clientThatBecomesAUserIsAnotherMember() {
		RawClient witness = client(one, "");
		join(witness, "chat_5", true);
		RawClient client = client(other, "");
		join(client, "chat_5", true);
		String anonymous = client.clientId();
		awaitChange(witness, "join", anonymous);
		String id = Users.authenticate(client, "eve").get("clientId").stringValue();
		assertThat(awaitChange(witness, "join", id)).isEqualTo(change("join", "chat_5", member(id, "eve")));
		awaitChange(witness, "leave", anonymous);
		client.await("a list with itself",
				RawClient.type("members").and((line) -> line.get("members").toString().contains(id)));
		client.unsubscribe("chat_5");
		awaitChange(witness, "leave", id);
		assertThat(one.realtime().channel("chat_5").presence().count()).isOne();
	}

	@Test
	void presenceThatIsNotAllowedIsForbiddenAndNobodyIsSeen() {
		RawClient client = client(one, "ada");
		assertThat(Users.outcome(join(client, "quiet_1", true))).isEqualTo("forbidden");
		assertThat(Users.outcome(join(client, "quiet_1", false))).isEqualTo("subscribed");
		assertThat(Users.outcome(members(client, "quiet_1"))).isEqualTo("forbidden");
		assertThat(one.realtime().channel("quiet_1").presence().count()).isZero();
	}

	@Test
	void manyMembersAreListedInPartsAndChangesFollow() {
		RawClient reader = client(one, "");
		join(reader, "chat_6", false);
		assertThat(Users.outcome(members(reader, "chat_elsewhere"))).isEqualTo("not-subscribed");
		List<RawClient> many = IntStream.range(0, 120)
			.mapToObj((n) -> client((n % 2 == 0) ? one : other, ""))
			.peek((client) -> join(client, "chat_6", false))
			.toList();
		JsonNode part = members(reader, "chat_6");
		assertThat(part.get("count").intValue()).isEqualTo(121);
		assertThat(part.get("members").size()).isEqualTo(100);
		JsonNode rest = reader.command("{\"type\":\"presence\",\"id\":%d,\"channel\":\"chat_6\",\"after\":\""
				+ part.get("next").stringValue() + "\"}");
		assertThat(rest.get("members").size()).isEqualTo(21);
		assertThat(rest.has("next")).isFalse();
		many.get(0).unsubscribe("chat_6");
		awaitChange(reader, "leave", many.get(0).clientId());
		assertThat(reader.lines(RawClient.type("join"))).isEmpty();
		RawClient late = client(other, "");
		JsonNode subscribed = join(late, "chat_6", true);
		assertThat(subscribed.get("members").size()).isEqualTo(100);
		assertThat(subscribed.get("count").intValue()).isEqualTo(121);
		assertThat(subscribed.get("next").isString()).isTrue();
	}

	@Test
	void accessThatIsWithdrawnEndsPresenceAtOnce() {
		RawClient witness = client(one, "");
		join(witness, "chat_7", true);
		RawClient mallory = client(other, "mallory");
		join(mallory, "chat_7", false);
		awaitChange(witness, "join", mallory.clientId());
		one.realtime().user("mallory").unsubscribe("chat_7");
		awaitChange(witness, "leave", mallory.clientId());
	}

	@Configuration(proxyBeanMethods = false)
	static class Info {

		@Bean
		PresenceInfo info() {
			return (client, channel) -> client.name().isEmpty() ? null : Map.of("name", client.name() + "!");
		}

	}

}
