package io.github.realtime.websocket;

import java.util.List;
import java.util.stream.Stream;

import io.github.realtime.InvalidChannelException;
import io.github.realtime.PayloadTooLargeException;
import io.github.realtime.testing.Patience;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * What an application does to certain clients, on two instances that share a Redis or on
 * one by itself.
 */
@EachBroker
class ClientHandleTests {

	private static final int FORBIDDEN = 4403;

	private static final int TRY_AGAIN_LATER = 1013;

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server();

	@RegisterExtension
	static final RealtimeServer one = RealtimeServer.sharing(redis)
		.with(Users.class)
		.with("realtime.limits.message-size=1KB", "realtime.limits.clients-per-user=4");

	@RegisterExtension
	static final RealtimeServer other = one.another();

	private RawClient client(RealtimeServer server, String user) {
		RawClient client = user.isEmpty() ? server.client() : Users.handshake(server, user);
		client.subscribe("news");
		return client;
	}

	@Test
	void sendToUserReachesAllClientsOfThatUserAndNobodyElse() {
		List<RawClient> ada = List.of(client(one, "ada"), client(one, "ada"), client(other, "ada"));
		RawClient byToken = Users.token(other, "ada");
		List<RawClient> others = List.of(client(one, ""), client(other, "bob"), client(one, "Ada"));
		one.realtime().sendToUser("ada", "news", List.of("for", "ada"));
		Stream.concat(ada.stream(), Stream.of(byToken)).forEach((client) -> {
			JsonNode direct = client.await("what is for Ada", RawClient.type("direct"));
			assertThat(direct)
				.isEqualTo(RawClient.json("{\"type\":\"direct\",\"channel\":\"news\",\"data\":[\"for\",\"ada\"]}"));
		});
		one.realtime().send("news", "for all");
		others.forEach((client) -> {
			assertThat(client.awaitData("news").stringValue()).isEqualTo("for all");
			assertThat(client.lines(RawClient.type("direct"))).isEmpty();
		});
		assertThat(one.realtime().channel("news").history(10)).noneMatch((sent) -> sent.line().text().contains("ada"));
	}

	@Test
	void sendToUserWhoIsNotThereIsLost() {
		one.realtime().sendToUser("nobody", "news", "x");
	}

	@Test
	void sendToUserChecksWhatItIsGiven() {
		assertThatExceptionOfType(InvalidChannelException.class)
			.isThrownBy(() -> one.realtime().sendToUser("ada", "a b", 1));
		assertThatExceptionOfType(PayloadTooLargeException.class)
			.isThrownBy(() -> one.realtime().sendToUser("ada", "news", "x".repeat(1024)));
		assertThatIllegalArgumentException().isThrownBy(() -> one.realtime().sendToUser(" ", "news", 1));
	}

	@Test
	void disconnectClosesTheSocketsThatAreMeantAndNoOthers() {
		List<RawClient> ada = List.of(client(one, "ada"), client(other, "ada"));
		RawClient bob = client(other, "bob");
		RawClient tab = client(other, "");
		one.realtime().user("ada").disconnect("Your account is locked");
		assertThat(ada).allSatisfy((client) -> {
			assertThat(client.awaitCloseCode()).isEqualTo(FORBIDDEN);
			assertThat(client.closeReason()).isEqualTo("Your account is locked");
		});
		one.realtime().client(tab.clientId()).disconnect("");
		assertThat(tab.awaitCloseCode()).isEqualTo(FORBIDDEN);
		one.realtime().client("nobody").disconnect("gone already");
		bob.sync();
		assertThat(bob.isClosed()).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> one.realtime().user("bob").disconnect("ü".repeat(62)));
	}

	@Test
	void unsubscribeEndsSubscriptionsToThatChannel() {
		RawClient ada = client(other, "ada");
		RawClient bob = client(other, "bob");
		ada.subscribe("other");
		one.realtime().user("ada").unsubscribe("news");
		assertThat(ada.await("the end", RawClient.type("unsubscribed")))
			.isEqualTo(RawClient.json("{\"type\":\"unsubscribed\",\"channel\":\"news\",\"code\":\"forbidden\"}"));
		one.realtime().client(bob.clientId()).unsubscribe("other");
		one.realtime().send("news", 1);
		one.realtime().send("other", 2);
		assertThat(bob.awaitData("news").intValue()).isEqualTo(1);
		assertThat(ada.awaitData("other").intValue()).isEqualTo(2);
		assertThat(ada.lines(RawClient.message("news"))).isEmpty();
		assertThat(bob.lines(RawClient.type("unsubscribed"))).isEmpty();
		ada.subscribe("news");
	}

	@Test
	void clientOfAUserWhoHasTooManyIsTurnedAwayAndTheOthersStay() {
		List<RawClient> some = List.of(client(one, "eve"), client(one, "eve"), client(one, "eve"), client(one, "eve"));
		RawClient surplus = Users.handshake(one, "eve");
		surplus.send(RawClient.subscribeCommand("news", null).replace("%d", "1"));
		assertThat(surplus.awaitCloseCode()).isEqualTo(TRY_AGAIN_LATER);
		assertThat(surplus.lines(RawClient.type("error")).get(0).get("code").stringValue()).isEqualTo("limit-exceeded");
		client(one, "bob");
		one.realtime().sendToUser("eve", "news", 1);
		some.forEach((client) -> client.await("what is for Eve", RawClient.type("direct")));
		some.get(0).close();
		await().atMost(Patience.ENOUGH).untilAsserted(() -> client(one, "eve"));
	}

}
