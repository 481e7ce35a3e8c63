package io.github.realtime.websocket;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.realtime.ChannelState;
import io.github.realtime.state.StateHandler;
import io.github.realtime.testing.Patience;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static io.github.realtime.websocket.BoardHandlers.command;
import static io.github.realtime.websocket.BoardHandlers.subscribe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an application's {@link StateHandler} does, on two instances that share a Redis or
 * on one by itself.
 */
@EachBroker
class StateHandlerTests {

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server();

	@RegisterExtension
	static final RealtimeServer one = RealtimeServer.sharing(redis)
		.with(BoardHandlers.class)
		.with("realtime.channels[0].pattern=*", "realtime.channels[0].state.client-write=true");

	@RegisterExtension
	static final RealtimeServer other = one.another();

	@AfterEach
	void leave() {
		BoardHandlers.reset(one, other);
	}

	@Test
	void writeThatIsRefusedStoresNothingAndNobodySeesIt() {
		RawClient writer = one.client();
		RawClient witness = other.client();
		subscribe(writer, "board_1", "[]");
		subscribe(witness, "board_1", "[]");
		JsonNode refusal = command(writer,
				"{'type':'set','id':%d,'channel':'board_1','key':'score','value':-1,'op':'a'}");
		assertThat(refusal.get("type").stringValue()).isEqualTo("error");
		assertThat(refusal.get("code").stringValue()).isEqualTo("negative");
		assertThat(refusal.get("message").stringValue()).isEqualTo("A score is not negative");
		assertThat(state("board_1").getAll()).isEmpty();
		assertThat(command(writer, "{'type':'increment','id':%d,'channel':'board_1','key':'score','by':2}").get("value")
			.intValue()).isEqualTo(2);
		assertThat(command(writer, "{'type':'increment','id':%d,'channel':'board_1','key':'score','by':-3}").get("code")
			.stringValue()).isEqualTo("negative");
		assertThat(command(writer, "{'type':'remove','id':%d,'channel':'board_1','key':'score'}").get("code")
			.stringValue()).isEqualTo("forbidden");
		assertThat(witness.await("the change", RawClient.type("state")).get("value").intValue()).isEqualTo(2);
		witness.sync();
		assertThat(witness.lines(RawClient.type("state"))).hasSize(1);
	}

	@Test
	void writeThatFailsSaysNothingOfTheInside() {
		JsonNode failure = command(one.client(),
				"{'type':'set','id':%d,'channel':'board_1','key':'score','value':'text'}");
		assertThat(failure.get("code").stringValue()).isEqualTo("internal");
		assertThat(failure.toString()).doesNotContain("secret");
	}

	@Test
	void writeThatIsReplacedIsAcknowledgedAndSeenAsItIsStored() {
		RawClient writer = one.client();
		RawClient witness = other.client();
		subscribe(writer, "board_1", "[]");
		subscribe(witness, "board_1", "[]");
		assertThat(command(writer, "{'type':'set','id':%d,'channel':'board_1','key':'score','value':1000}").get("value")
			.intValue()).isEqualTo(100);
		assertThat(writer.await("its echo", RawClient.type("state")).get("value").intValue()).isEqualTo(100);
		assertThat(witness.await("the change", RawClient.type("state")).get("value").intValue()).isEqualTo(100);
		assertThat(state("board_1").get("score", Integer.class).value()).isEqualTo(100);
	}

	@Test
	void writeThatWasLetThroughIsNotAskedAboutAgain() {
		RawClient writer = one.client();
		String write = "{'type':'increment','id':%d,'channel':'board_1','key':'score','by':60,'op':'a'}";
		JsonNode first = command(writer, write);
		assertThat(first.get("value").intValue()).isEqualTo(60);
		int asked = BoardHandlers.writes.get();
		assertThat(command(writer, write).get("offset")).isEqualTo(first.get("offset"));
		assertThat(BoardHandlers.writes).hasValue(asked);
		assertThat(state("board_1").get("score", Integer.class).value()).isEqualTo(60);
	}

	@Test
	void writeThatIsSentAgainWhileTheApplicationIsAskedIsAcknowledgedAsItIsStored() {
		BoardHandlers.hold = new CountDownLatch(1);
		BoardHandlers.holdSecond = new CountDownLatch(1);
		RawClient first = one.client();
		String resume = first.welcome().get("resume").stringValue();
		String write = "{\"type\":\"set\",\"id\":77,\"channel\":\"board_1\",\"key\":\"stamp\",\"value\":0,\"op\":\"a\"}";
		first.send(write);
		await().atMost(Patience.ENOUGH).until(() -> BoardHandlers.writes.get() == 1);
		RawClient second = other.client();
		command(second, "{'type':'resume','id':%d,'token':'" + resume + "'}");
		second.send(write);
		await().atMost(Patience.ENOUGH).until(() -> BoardHandlers.writes.get() == 2);
		BoardHandlers.hold.countDown();
		await().atMost(Patience.ENOUGH).until(() -> state("board_1").get("stamp", Integer.class).isPresent());
		BoardHandlers.holdSecond.countDown();
		JsonNode ack = second.await("the ack", (frame) -> frame.path("id").asInt(0) == 77);
		assertThat(ack.get("value").intValue()).isEqualTo(state("board_1").get("stamp", Integer.class).value());
	}

	@Test
	void writesOfManyAtTheSameTimeAreAllMadeOnWhatIsThere() {
		List<RawClient> clients = IntStream.range(0, 8).mapToObj((n) -> ((n % 2 == 0) ? one : other).client()).toList();
		List<CompletableFuture<Void>> writers = clients.stream().map((client) -> CompletableFuture.runAsync(() -> {
			for (int i = 0; i < 10; i++) {
				assertThat(command(client,
						"{'type':'increment','id':%d,'channel':'board_1','key':'score','op':'op" + i + "'}")
					.get("type")
					.stringValue()).isEqualTo("ack");
			}
		}, (task) -> new Thread(task).start())).toList();
		writers.forEach((writer) -> writer.orTimeout(Patience.PLENTY.toSeconds(), TimeUnit.SECONDS).join());
		assertThat(state("board_1").get("score", Integer.class).value()).isEqualTo(80);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			'expect':0 | ack
			'expect':5 | conflict
			""")
	void expectationHoldsBeforeTheApplicationIsAsked(String expect, String outcome) {
		RawClient writer = one.client();
		subscribe(writer, "board_1", "[]");
		JsonNode reply = command(writer,
				"{'type':'set','id':%d,'channel':'board_1','key':'score','value':1," + expect + "}");
		assertThat(reply.has("code") ? reply.get("code").stringValue() : reply.get("type").stringValue())
			.isEqualTo(outcome);
	}

	@Test
	void keyIsResolvedForTheClientOrRefused() {
		RawClient client = one.client();
		String own = "user:" + client.clientId();
		JsonNode subscribed = subscribe(client, "board_1", "['user:{me}','score','secret']");
		assertThat(subscribed.get("keys")).isEqualTo(
				RawClient.json(("{'user:{me}':'" + own + "','score':'score','secret':null}").replace('\'', '"')));
		JsonNode ack = command(client, "{'type':'set','id':%d,'channel':'board_1','key':'user:{me}','value':'a'}");
		assertThat(ack.get("key").stringValue()).isEqualTo(own);
		assertThat(client.await("its echo", RawClient.type("state")).get("key").stringValue()).isEqualTo(own);
		assertThat(state("board_1").getAll()).containsOnlyKeys(own);
		assertThat(command(client, "{'type':'set','id':%d,'channel':'board_1','key':'secret','value':1}").get("code")
			.stringValue()).isEqualTo("forbidden");
		JsonNode snapshot = command(client,
				"{'type':'snapshot','id':%d,'channel':'board_1','keys':['user:{me}','score']}");
		assertThat(snapshot.get("state")).isEqualTo(RawClient.json("{\"" + own + "\":\"a\"}"));
		assertThat(snapshot.get("keys").size()).isEqualTo(2);
	}

	@Test
	void keyWhenNobodyResolvesMeansWhatItIs() {
		JsonNode subscribed = subscribe(one.client(), "plain_1", "['user:{me}']");
		assertThat(subscribed.has("keys")).isFalse();
		assertThat(subscribed.get("state").size()).isZero();
	}

	private static ChannelState state(String channel) {
		return one.realtime().channel(channel).state();
	}

	@Test
	void firstAndLastClientOfAChannelAreTold() {
		RawClient first = one.client();
		subscribe(first, "board_1", "[]");
		awaitEvents("opened board_1");
		RawClient second = other.client();
		subscribe(second, "board_1", "[]");
		command(first, "{'type':'unsubscribe','id':%d,'channel':'board_1'}");
		second.sync();
		assertThat(BoardHandlers.events).containsExactly("opened board_1");
		second.abort();
		awaitEvents("opened board_1", "closed board_1");
		subscribe(first, "board_1", "[]");
		awaitEvents("opened board_1", "closed board_1", "opened board_1");
	}

	private static void awaitEvents(String... events) {
		await().atMost(Patience.ENOUGH).untilAsserted(() -> assertThat(BoardHandlers.events).containsExactly(events));
	}

}
