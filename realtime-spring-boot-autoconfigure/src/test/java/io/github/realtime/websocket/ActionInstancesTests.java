package io.github.realtime.websocket;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Calls that are made again on another instance.
 */
@Tag("processes")
class ActionInstancesTests {

	private static final String[] PROPERTIES = { "realtime.limits.commands-per-second=100000" };

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server("appendfsync no");

	private static final InstanceProcess one = redis.open(InstanceProcess.start(redis.get(), PROPERTIES));

	private static final InstanceProcess other = redis.open(InstanceProcess.start(redis.get(), PROPERTIES));

	@Test
	void callWhenRepeatedOnAnotherInstanceThenIsAnsweredAsTheFirstTimeAndDoneOnce() {
		try (RawClient first = RawClient.connect(one.port()); RawClient stranger = RawClient.connect(other.port())) {
			assertThat(first.command(call("count", "%d", "again", "op")).get("data").intValue()).isOne();
			try (RawClient back = resume(token(first), other)) {
				assertThat(back.command(call("count", "%d", "again", "op")).get("data").intValue()).isOne();
				assertThat(back.command(call("count", "%d", "again", "new op")).get("data").intValue()).isEqualTo(2);
				stranger.welcome();
				assertThat(stranger.command(call("count", "%d", "again", "op")).get("data").intValue())
					.as("the same op of another client")
					.isEqualTo(3);
			}
		}
	}

	@Test
	void callWhenRepeatedOnAnotherInstanceWhileItRunsThenGetsTheOneAnswer() {
		try (RawClient first = RawClient.connect(one.port())) {
			first.welcome();
			first.send(call("wait", 1, "slow", "op"));
			awaitCount("slow");
			try (RawClient back = resume(token(first), other)) {
				back.send(call("wait", 7, "slow", "op"));
				back.sync();
				assertThat(back.lines(RawClient.type("result"))).isEmpty();
				one.goOn();
				JsonNode result = back.await("result", RawClient.type("result"));
				assertThat(result.get("id").intValue()).isEqualTo(7);
				assertThat(result.get("data").intValue()).isOne();
			}
		}
	}

	@Test
	void callWhenRepeatedAfterTheInstanceWasKilledThenIsNotDoneAgainAndSaysThatNobodyKnows() {
		try (InstanceProcess doomed = InstanceProcess.start(redis.get(), PROPERTIES).awaitReady();
				RawClient first = RawClient.connect(doomed.port())) {
			first.welcome();
			first.send(call("wait", 1, "killed", "op"));
			awaitCount("killed");
			doomed.kill();
			try (RawClient back = resume(token(first), other)) {
				JsonNode error = back.command(call("wait", "%d", "killed", "op"));
				assertThat(Users.outcome(error)).isEqualTo("unavailable");
				assertThat(error.get("message").stringValue()).endsWith("whether it was done is unknown");
				assertThat(one.state("counted").get("killed").intValue()).isOne();
			}
		}
	}

	@Test
	void callsWhenTheirClientMovesBetweenInstancesAtRandomThenAreDoneOnceEach() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		List<String> names = IntStream.range(0, 200).mapToObj((i) -> "random" + i).toList();
		RawClient client = RawClient.connect(one.port());
		String token = token(client);
		for (String name : names) {
			JsonNode reply;
			do {
				while (random.nextBoolean()) {
					client.send(call("count", 1_000_000, name, name));
					if (random.nextBoolean()) {
						RawClient before = client;
						client = resume(token, random.nextBoolean() ? one : other);
						before.close();
					}
				}
				reply = client.command(call("count", "%d", name, name));
				// Unless the first socket was gone before it was begun
			}
			while (Users.outcome(reply).equals("unavailable"));
			assertThat(reply.path("data").intValue()).as("%s, seed %d: %s", name, seed, reply).isOne();
		}
		client.close();
		assertThat(one.state("counted").propertyStream()).filteredOn((counted) -> counted.getKey().startsWith("random"))
			.hasSize(names.size())
			.allSatisfy((counted) -> assertThat(counted.getValue().intValue()).as("seed %d", seed).isOne());
	}

	private static String token(RawClient client) {
		return client.welcome().get("resume").stringValue();
	}

	private static RawClient resume(String token, InstanceProcess instance) {
		RawClient back = RawClient.connect(instance.port());
		back.resume(token);
		return back;
	}

	private static void awaitCount(String name) {
		await().untilAsserted(() -> assertThat(one.state("counted").path(name).asInt(0)).isOne());
	}

	private static String call(String action, Object id, String name, String op) {
		return "{\"type\":\"call\",\"id\":" + id + ",\"action\":\"" + action + "\",\"data\":\"" + name + "\",\"op\":\""
				+ op + "\"}";
	}

}
