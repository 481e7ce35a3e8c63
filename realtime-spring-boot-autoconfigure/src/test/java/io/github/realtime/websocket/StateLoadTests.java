package io.github.realtime.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.realtime.ChannelState;
import io.github.realtime.RefusedException;
import io.github.realtime.testing.Patience;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.github.realtime.websocket.BoardHandlers.command;
import static io.github.realtime.websocket.BoardHandlers.subscribe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Values that a state handler loads, on two instances that share a Redis or on one by
 * itself.
 */
@EachBroker
class StateLoadTests {

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
	void valueIsLoadedOnceForAllWhoReadItFirst() throws Exception {
		BoardHandlers.hold = new CountDownLatch(1);
		List<CompletableFuture<JsonNode>> reads = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			RawClient client = ((i % 2 == 0) ? one : other).client();
			reads.add(CompletableFuture.supplyAsync(() -> subscribe(client, "loaded_7", "['title']"),
					(task) -> new Thread(task).start()));
		}
		CompletableFuture<Integer> java = CompletableFuture.supplyAsync(
				() -> other.realtime().channel("loaded_7").state().get("title", String.class).value().length(),
				(task) -> new Thread(task).start());
		await().atMost(Patience.ENOUGH).until(() -> BoardHandlers.loads.containsKey("loaded_7 title"));
		assertThat(reads).noneMatch(CompletableFuture::isDone);
		BoardHandlers.hold.countDown();
		for (CompletableFuture<JsonNode> read : reads) {
			assertThat(read.get(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS).get("state").get("title").stringValue())
				.isEqualTo("title of 7");
		}
		assertThat(java.get(Patience.ENOUGH.toSeconds(), TimeUnit.SECONDS)).isEqualTo("title of 7".length());
		assertThat(BoardHandlers.loads.get("loaded_7 title")).hasValue(1);
	}

	@Test
	void incrementBeginsAtWhatIsLoaded() {
		assertThat(command(one.client(), "{'type':'increment','id':%d,'channel':'loaded_1','key':'count'}").get("value")
			.intValue()).isEqualTo(42);
		assertThat(other.realtime().channel("loaded_2").state().increment("count", 1)).isEqualTo(42);
		assertThat(BoardHandlers.loads.get("loaded_1 count")).hasValue(1);
	}

	@Test
	void valueThatIsNotThereIsAskedForAgainAndOneThatCanNotBeLoadedIsTriedAgain() {
		RawClient client = one.client();
		assertThat(subscribe(client, "loaded_1", "['nothing']").get("state").size()).isZero();
		command(client, "{'type':'snapshot','id':%d,'channel':'loaded_1','keys':['nothing']}");
		assertThat(BoardHandlers.loads.get("loaded_1 nothing")).hasValue(2);
		assertThat(subscribe(client, "loaded_2", "['broken']").get("code").stringValue()).isEqualTo("unavailable");
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> state("loaded_2").get("broken", String.class))
			.withMessage("The secret database is away");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void valueThatTheLoaderRefusesIsRefusedInItsWordsAndIsNoErrorOfTheApplication(CapturedOutput output) {
		RawClient client = one.client();
		JsonNode subscribed = subscribe(client, "loaded_1", "['private']");
		assertThat(subscribed.get("code").stringValue()).isEqualTo("not-yours");
		assertThat(subscribed.get("message").stringValue()).isEqualTo("This is not yours");
		subscribe(client, "loaded_1", "[]");
		for (String command : List.of("{'type':'snapshot','id':%d,'channel':'loaded_1','keys':['private']}",
				"{'type':'increment','id':%d,'channel':'loaded_1','key':'private'}")) {
			assertThat(command(client, command).get("code").stringValue()).isEqualTo("not-yours");
		}
		assertThatExceptionOfType(RefusedException.class)
			.isThrownBy(() -> state("loaded_1").get("private", String.class));
		assertThat(output).doesNotContain("ERROR");
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

	private static ChannelState state(String channel) {
		return one.realtime().channel(channel).state();
	}

}
