package io.github.realtime.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.realtime.ChannelState;
import io.github.realtime.RefusedException;
import io.github.realtime.state.StateHandler;
import io.github.realtime.testing.Patience;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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
		.with(Handlers.class)
		.with("realtime.channels[0].pattern=*", "realtime.channels[0].state.client-write=true");

	@RegisterExtension
	static final RealtimeServer other = one.another();

	@AfterEach
	void leave() {
		Handlers.hold.countDown();
		Handlers.holdSecond.countDown();
		one.closeClients();
		other.closeClients();
		await().atMost(Patience.ENOUGH)
			.until(() -> one.hub().channelCount() + other.hub().channelCount() == 0 && Handlers.isQuiet());
		Stream.of("board_1", "loaded_1", "loaded_2", "loaded_7").forEach((channel) -> state(channel).clear());
		Handlers.reset();
	}

	private static JsonNode subscribe(RawClient client, String channel, String keys) {
		return command(client,
				"{'type':'subscribe','id':%d,'channel':'" + channel + "','state':true,'keys':" + keys + "}");
	}

	private static JsonNode command(RawClient client, String command) {
		return client.command(command.replace('\'', '"'));
	}

	private static ChannelState state(String channel) {
		return one.realtime().channel(channel).state();
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
		int asked = Handlers.writes.get();
		assertThat(command(writer, write).get("offset")).isEqualTo(first.get("offset"));
		assertThat(Handlers.writes).hasValue(asked);
		assertThat(state("board_1").get("score", Integer.class).value()).isEqualTo(60);
	}

	@Test
	void writeThatIsSentAgainWhileTheApplicationIsAskedIsAcknowledgedAsItIsStored() {
		Handlers.hold = new CountDownLatch(1);
		Handlers.holdSecond = new CountDownLatch(1);
		RawClient first = one.client();
		String resume = first.welcome().get("resume").stringValue();
		String write = "{\"type\":\"set\",\"id\":77,\"channel\":\"board_1\",\"key\":\"stamp\",\"value\":0,\"op\":\"a\"}";
		first.send(write);
		await().atMost(Patience.ENOUGH).until(() -> Handlers.writes.get() == 1);
		RawClient second = other.client();
		command(second, "{'type':'resume','id':%d,'token':'" + resume + "'}");
		second.send(write);
		await().atMost(Patience.ENOUGH).until(() -> Handlers.writes.get() == 2);
		Handlers.hold.countDown();
		await().atMost(Patience.ENOUGH).until(() -> state("board_1").get("stamp", Integer.class).isPresent());
		Handlers.holdSecond.countDown();
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

	@Test
	void valueIsLoadedOnceForAllWhoReadItFirst() throws Exception {
		Handlers.hold = new CountDownLatch(1);
		List<CompletableFuture<JsonNode>> reads = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			RawClient client = ((i % 2 == 0) ? one : other).client();
			reads.add(CompletableFuture.supplyAsync(() -> subscribe(client, "loaded_7", "['title']"),
					(task) -> new Thread(task).start()));
		}
		CompletableFuture<Integer> java = CompletableFuture.supplyAsync(
				() -> other.realtime().channel("loaded_7").state().get("title", String.class).value().length(),
				(task) -> new Thread(task).start());
		await().atMost(Patience.ENOUGH).until(() -> Handlers.loads.containsKey("loaded_7 title"));
		assertThat(reads).noneMatch(CompletableFuture::isDone);
		Handlers.hold.countDown();
		for (CompletableFuture<JsonNode> read : reads) {
			assertThat(read.get(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS).get("state").get("title").stringValue())
				.isEqualTo("title of 7");
		}
		assertThat(java.get(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS)).isEqualTo("title of 7".length());
		assertThat(Handlers.loads.get("loaded_7 title")).hasValue(1);
	}

	@Test
	void incrementBeginsAtWhatIsLoaded() {
		assertThat(command(one.client(), "{'type':'increment','id':%d,'channel':'loaded_1','key':'count'}").get("value")
			.intValue()).isEqualTo(42);
		assertThat(other.realtime().channel("loaded_2").state().increment("count", 1)).isEqualTo(42);
		assertThat(Handlers.loads.get("loaded_1 count")).hasValue(1);
	}

	@Test
	void valueThatIsNotThereIsAskedForAgainAndOneThatCanNotBeLoadedIsTriedAgain() {
		RawClient client = one.client();
		assertThat(subscribe(client, "loaded_1", "['nothing']").get("state").size()).isZero();
		command(client, "{'type':'snapshot','id':%d,'channel':'loaded_1','keys':['nothing']}");
		assertThat(Handlers.loads.get("loaded_1 nothing")).hasValue(2);
		assertThat(subscribe(client, "loaded_2", "['broken']").get("code").stringValue()).isEqualTo("unavailable");
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> state("loaded_2").get("broken", String.class))
			.withMessage("The secret database is away");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void valueThatIsThereLaterIsNotStoredAndItIsSaidWhoReturnedIt(CapturedOutput output) {
		assertThat(
				command(one.client(), "{'type':'set','id':%d,'channel':'board_1','key':'later','value':1}").get("code")
					.stringValue())
			.isEqualTo("internal");
		await().untilAsserted(() -> assertThat(output)
			.contains("StateHandler for 'board_{id}' returned a MonoJust: let it return the value itself"));
		assertThat(state("board_1").getAll()).isEmpty();
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> state("loaded_2").get("later", String.class))
			.withMessageStartingWith("StateHandler for 'loaded_{id}' returned a CompletableFuture: ");
		assertThat(state("loaded_2").getAll()).isEmpty();
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
		assertThat(Handlers.events).containsExactly("opened board_1");
		second.abort();
		awaitEvents("opened board_1", "closed board_1");
		subscribe(first, "board_1", "[]");
		awaitEvents("opened board_1", "closed board_1", "opened board_1");
	}

	private static void awaitEvents(String... events) {
		await().atMost(Patience.ENOUGH).untilAsserted(() -> assertThat(Handlers.events).containsExactly(events));
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		static final AtomicInteger writes = new AtomicInteger();

		static final Map<String, AtomicInteger> loads = new ConcurrentHashMap<>();

		static final List<String> events = new CopyOnWriteArrayList<>();

		static volatile CountDownLatch hold = new CountDownLatch(0);

		static volatile CountDownLatch holdSecond = new CountDownLatch(0);

		private static void awaitEnd(CountDownLatch latch) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		static boolean isQuiet() {
			return events.size() % 2 == 0;
		}

		static void reset() {
			writes.set(0);
			loads.clear();
			events.clear();
			hold = new CountDownLatch(0);
		}

		@Bean
		StateHandler boards() {
			return StateHandler.forChannels("board_{id}").key((client, channel, key) -> {
				if (key.equals("secret")) {
					throw new RefusedException("This is not yours");
				}
				return key.replace("{me}", client.id());
			}).write((write) -> {
				int number = writes.incrementAndGet();
				if (write.key().equals("stamp")) {
					awaitEnd((number == 1) ? hold : holdSecond);
					return number;
				}
				if (write.key().equals("later")) {
					return Mono.just(number);
				}
				if (!write.key().equals("score")) {
					return write.after();
				}
				if (write.after() == null) {
					throw new RefusedException("A score stays");
				}
				if (!write.after().isNumber()) {
					throw new IllegalStateException("The secret database is away");
				}
				if (write.after().intValue() < 0) {
					throw new RefusedException("negative", "A score is not negative");
				}
				return Math.min(100, write.after().intValue());
			})
				.opened((channel) -> events.add("opened " + channel.name()))
				.closed((channel) -> events.add("closed " + channel.name()));
		}

		@Bean
		StateHandler loaded() {
			return StateHandler.forChannels("loaded_{id}").load((channel, key) -> {
				loads.computeIfAbsent(channel.name() + " " + key, (name) -> new AtomicInteger()).incrementAndGet();
				awaitEnd(hold);
				return switch (key) {
					case "title" -> "title of " + channel.variable("id");
					case "count" -> 41;
					case "later" -> CompletableFuture.completedFuture("later");
					case "broken" -> throw new IllegalStateException("The secret database is away");
					default -> null;
				};
			});
		}

	}

}
