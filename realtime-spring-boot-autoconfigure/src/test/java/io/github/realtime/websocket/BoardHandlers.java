package io.github.realtime.websocket;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.github.realtime.RefusedException;
import io.github.realtime.state.StateHandler;
import io.github.realtime.testing.Patience;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.awaitility.Awaitility.await;

/**
 * State handlers of boards and of values that are loaded, which count what they do and
 * can be held up.
 */
@Configuration(proxyBeanMethods = false)
class BoardHandlers {

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

	/**
	 * Lets all end that waits, has all clients leave, and forgets what happened.
	 */
	static void reset(RealtimeServer one, RealtimeServer other) {
		hold.countDown();
		holdSecond.countDown();
		one.closeClients();
		other.closeClients();
		await().atMost(Patience.ENOUGH)
			.until(() -> one.hub().channelCount() + other.hub().channelCount() == 0 && isQuiet());
		Stream.of("board_1", "loaded_1", "loaded_2", "loaded_7")
			.forEach((channel) -> one.realtime().channel(channel).state().clear());
		reset();
	}

	/**
	 * Subscribes a client to a channel and its state.
	 * @param keys the keys as a JSON array
	 */
	static JsonNode subscribe(RawClient client, String channel, String keys) {
		return command(client,
				"{'type':'subscribe','id':%d,'channel':'" + channel + "','state':true,'keys':" + keys + "}");
	}

	/**
	 * Sends a command whose quotes are single ones.
	 */
	static JsonNode command(RawClient client, String command) {
		return client.command(command.replace('\'', '"'));
	}

	private static boolean isQuiet() {
		return events.size() % 2 == 0;
	}

	private static void reset() {
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
				case "private" -> throw new RefusedException("not-yours", "This is not yours");
				case "broken" -> throw new IllegalStateException("The secret database is away");
				default -> null;
			};
		});
	}

}
