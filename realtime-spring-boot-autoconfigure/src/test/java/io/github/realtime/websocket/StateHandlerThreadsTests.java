package io.github.realtime.websocket;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.IntStream;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.core.StateHandlers;
import io.github.realtime.state.StateHandler;
import io.github.realtime.testing.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of clients while an application's {@link StateHandler}s take their time.
 */
class StateHandlerThreadsTests {

	@RegisterExtension
	final RealtimeServer server = new RealtimeServer().with(Handlers.class)
		.with("realtime.broker=memory", "realtime.channels[0].pattern=*",
				"realtime.channels[0].state.client-write=true");

	private RawClient client;

	@BeforeEach
	void connect() {
		Handlers.begun = new CountDownLatch(1);
		Handlers.hold = new CountDownLatch(1);
		this.client = this.server.client();
	}

	@AfterEach
	void letGo() {
		Handlers.hold.countDown();
	}

	@Test
	void commandsWhenNoThreadIsLeftThenAllAreAnswered() throws Exception {
		this.client.send(set(1, "slow_1"));
		Handlers.begun.await();
		this.client.send(set(2, "slow_1"));
		this.client.send(set(3, "slow_1"));
		this.client.send("{\"type\":\"subscribe\",\"id\":4,\"channel\":\"slow_1\",\"state\":true,\"keys\":[\"k\"]}");
		this.client.sync();
		CountDownLatch full = new CountDownLatch(1);
		fill(full);
		Handlers.hold.countDown();
		for (int id = 1; id <= 4; id++) {
			assertThat(reply(id).path("code").asString()).as("%d", id).isEqualTo("unavailable");
		}
		full.countDown();
		await().atMost(Patience.ENOUGH)
			.until(() -> this.client.command(set(0, "slow_1").replace("\"id\":0", "\"id\":%d")).path("type").asString(),
					"ack"::equals);
	}

	@Test
	void writesWhenEachNeedsAValueThatIsLoadedThenAllAreDone() {
		int count = 40;
		Handlers.begun = new CountDownLatch(32);
		IntStream.rangeClosed(1, count).forEach((id) -> this.client.send(set(id, "reading_" + id)));
		for (int id = 1; id <= count; id++) {
			assertThat(reply(id).path("value").asString()).isEqualTo("loaded, and null");
		}
	}

	private JsonNode reply(int id) {
		return this.client.await("the reply to " + id,
				(frame) -> frame.path("id").asInt(0) == id && !frame.path("type").asString().equals("pong"));
	}

	private static String set(int id, String channel) {
		return "{\"type\":\"set\",\"id\":" + id + ",\"channel\":\"" + channel + "\",\"key\":\"k\",\"value\":1}";
	}

	/**
	 * Full is what has taken all that it can: a thread that wakes late makes room for one
	 * more.
	 */
	private void fill(CountDownLatch full) {
		ThreadPoolExecutor threads = (ThreadPoolExecutor) this.server.context().getBean(StateHandlers.class).threads();
		await().atMost(Patience.ENOUGH).until(() -> {
			fill(threads, full);
			return threads.getActiveCount() == threads.getMaximumPoolSize()
					&& threads.getQueue().remainingCapacity() == 0;
		});
	}

	private static void fill(ThreadPoolExecutor threads, CountDownLatch full) {
		try {
			while (true) {
				threads.execute(() -> awaitEnd(full));
			}
		}
		catch (RejectedExecutionException ex) {
			// It is
		}
	}

	private static void awaitEnd(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		static volatile CountDownLatch begun;

		static volatile CountDownLatch hold;

		@Bean
		StateHandler slow() {
			return StateHandler.forChannels("slow_{id}").key((client, channel, key) -> key).write((write) -> {
				begun.countDown();
				awaitEnd(hold);
				return write.after();
			});
		}

		@Bean
		StateHandler reading(ObjectProvider<RealtimeTemplate> realtime) {
			return StateHandler.forChannels("reading_{id}").write((write) -> {
				begun.countDown();
				awaitEnd(begun);
				return realtime.getObject().channel(write.channel().name()).state().get("title", String.class).value();
			})
				.load((channel, key) -> key.equals("title") ? "loaded, and "
						+ realtime.getObject().channel(channel.name()).state().get("other", String.class).value()
						: null);
		}

	}

}
