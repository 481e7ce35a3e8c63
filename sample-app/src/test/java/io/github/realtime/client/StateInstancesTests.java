package io.github.realtime.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.realtime.browser.Browser;
import io.github.realtime.testing.Direction;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import io.github.realtime.testing.TcpProxy;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

/**
 * Values that pages share through two instances, each in a JVM of its own, with one
 * Redis.
 */
@Tag("processes")
class StateInstancesTests {

	private static final int CLIENTS = 5;

	private static final int STEPS = 400;

	private static final JsonMapper JSON = new JsonMapper();

	@RegisterExtension
	static final Browser browser = new Browser().allowing("net::ERR_|WebSocket connection to .* failed");

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server();

	private static ServerProcess one;

	private static ServerProcess other;

	@BeforeAll
	static void start() {
		one = instance();
		other = instance();
	}

	private static ServerProcess instance() {
		return redis.open(ServerProcess.start("spring.data.redis.url=" + redis.get().uri(),
				"spring.application.name=states", "realtime.limits.commands-per-second=1000"));
	}

	@Test
	void valueWhenSetInJavaOrOnAPageThenEverywhereAndStillWhenAllInstancesWereKilled() throws Exception {
		one.set("board_1", "java", "before");
		List<ClientPage> pages = Stream.of(one, other).map(StateInstancesTests::open).toList();
		pages.forEach((page) -> {
			page.evaluate("state('java', 'board_1')");
			page.evaluate("state('page', 'board_1')");
			awaitValues(page, "before", 0);
		});
		one.set("board_1", "java", "now");
		pages.get(0).evaluate("soon(states.page.set('mine'))");
		assertThat(other.state("board_1").get("page").stringValue()).isEqualTo("mine");
		pages.forEach((page) -> awaitValues(page, "now", "mine"));

		one.kill();
		other.kill();
		pages.forEach((page) -> page.awaitStatus("offline"));
		pages.get(1).evaluate("void states.page.set('meanwhile')");
		one.restart();
		other.restart();
		pages.forEach((page) -> page.evaluate("dispatchEvent(new Event('online'))"));

		Stream.concat(pages.stream(), Stream.of(open(one), open(other)).peek((page) -> {
			page.evaluate("state('java', 'board_1')");
			page.evaluate("state('page', 'board_1')");
		})).forEach((page) -> {
			awaitValues(page, "now", "meanwhile");
			page.awaitStatus("synced");
		});
		assertThat(one.state("board_1").get("java").stringValue()).isEqualTo("now");
	}

	@Test
	void valueWhenRedisComesBackEmptyThenInitialAndOnWithWhatIsWrittenThen() throws Exception {
		one.set("board_lost", "java", "before");
		List<ClientPage> pages = Stream.of(one, other).map(StateInstancesTests::open).toList();
		pages.forEach((page) -> {
			page.evaluate("state('java', 'board_lost')");
			page.evaluate("state('page', 'board_lost')");
			awaitValues(page, "before", 0);
		});
		redis.get().restartEmpty();
		pages.forEach((page) -> awaitValues(page, 0, 0));
		pages.get(0).evaluate("soon(states.page.update((n) => n + 1))");
		pages.get(1).evaluate("soon(states.page.increment())");
		pages.forEach((page) -> {
			awaitValues(page, 0, 2);
			page.awaitStatus("synced");
		});
		assertThat(other.state("board_lost")).hasToString("{\"page\":2}");
	}

	private static void awaitValues(ClientPage page, Object java, Object onPage) {
		ClientPage.await(() -> assertThat(page.evaluate("[states.java.value, states.page.value]"))
			.isEqualTo(List.of(java, onPage)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "update((n) => n + 1)", "increment()" })
	void countWhenTwoPagesAddAHundredEachAtTheSameTimeThenTwoHundred(String add) throws Exception {
		String channel = "board_" + add.substring(0, 6);
		List<ClientPage> pages = Stream.of(one, other).map(StateInstancesTests::open).toList();
		pages.forEach((page) -> {
			page.evaluate("(channel) => state('n', channel)", channel);
			page.awaitStatus("synced");
		});
		pages.forEach((page) -> page
			.evaluate("window.done = Promise.all(Array.from({ length: 100 }, () => states.n." + add + ")); 0"));
		pages.forEach((page) -> page.evaluate("soon(window.done.then(() => 0))"));
		pages.forEach((page) -> ClientPage.await(() -> assertThat(page.evaluate("states.n.value")).isEqualTo(200)));
		assertThat(one.state(channel).get("n").intValue()).isEqualTo(200);
		assertThat(other.state(channel)).isEqualTo(one.state(channel));
	}

	@ParameterizedTest
	@ValueSource(strings = { "board", "cursor" })
	void mapWhenFiveClientsWriteAndAreTroubledAtRandomThenTheSameForAllAndEverythingCountedOnce(String name)
			throws Exception {
		long seed = new Random().nextLong();
		System.out.println("seed " + seed);
		Random random = new Random(seed);
		List<TcpProxy> proxies = IntStream.range(0, CLIENTS)
			.mapToObj((client) -> TcpProxy.to(((client % 2 == 0) ? one : other).port()))
			.toList();
		try {
			List<ClientPage> pages = proxies.stream()
				.map((proxy) -> ClientPage.open(browser.visitor(), proxy.url()))
				.toList();
			String channel = name + "_" + seed;
			pages.forEach((page) -> page.evaluate(
					"""
							(channel) => {
							  for (const key of ['counted', 'updated', 'shared', 'mixed']) state(key, channel);
							  for (let client = 0; client < 5; client++) state(`own${client}`, channel);
							  window.results = [];
							  window.write = (promise) => void results.push(promise.then(() => 'stored', (error) => error.code));
							}""",
					channel));
			Map<String, Object> expected = new HashMap<>(Map.of("counted", 0, "updated", 0));
			for (int step = 1; step <= STEPS; step++) {
				int client = random.nextInt(CLIENTS);
				pages.get(client).evaluate("write(states." + write(random, client, step, expected) + ")");
				int troubled = random.nextInt(4 * CLIENTS);
				if (troubled < CLIENTS) {
					trouble(proxies.get(troubled), random);
				}
				else if (troubled < 2 * CLIENTS) {
					mend(proxies.get(troubled - CLIENTS), pages.get(troubled - CLIENTS));
				}
			}
			for (int client = 0; client < CLIENTS; client++) {
				mend(proxies.get(client), pages.get(client));
			}
			for (ClientPage page : pages) {
				assertThat(page.evaluate("soon(Promise.all(results))")).as("seed " + seed)
					.asInstanceOf(LIST)
					.allMatch("stored"::equals);
			}
			Map<String, Object> map = JSON.convertValue(one.state(channel), new TypeReference<>() {
			});
			assertThat(map).as("seed " + seed).containsAllEntriesOf(expected);
			for (ClientPage page : pages) {
				ClientPage.await(() -> assertThat(page.evaluate("""
						Object.fromEntries(Object.entries(states)
						  .filter(([key, { value }]) => value)
						  .map(([key, { value }]) => [key, value]))""")).as("seed " + seed).isEqualTo(map));
				page.awaitStatus("synced");
			}
		}
		finally {
			proxies.forEach(TcpProxy::close);
		}
	}

	/**
	 * Makes up a write.
	 * @param expected what is certain in the end, whatever the others do, with this write
	 */
	private static String write(Random random, int client, int step, Map<String, Object> expected) {
		int by = 1 + random.nextInt(3);
		switch (random.nextInt(7)) {
			case 0, 1 -> {
				expected.merge("counted", by, StateInstancesTests::sum);
				return "counted.increment(" + by + ")";
			}
			case 2, 3 -> {
				expected.merge("updated", by, StateInstancesTests::sum);
				return "updated.update((n) => n + " + by + ")";
			}
			case 4 -> {
				expected.put("own" + client, step);
				return "own" + client + ".set(" + step + ")";
			}
			case 5 -> {
				return "shared.set(" + step + ")";
			}
			default -> {
				return random.nextBoolean() ? "mixed.set(" + step + ")" : "mixed.increment()";
			}
		}
	}

	private static Object sum(Object number, Object by) {
		return (int) number + (int) by;
	}

	private static void trouble(TcpProxy proxy, Random random) {
		switch (random.nextInt(6)) {
			case 0 -> proxy.down();
			case 1 -> proxy.stall(Direction.TO_CLIENT);
			case 2 -> proxy.stall(Direction.TO_SERVER);
			case 3 -> proxy.slow(2000);
			case 4 -> {
				proxy.target(random.nextBoolean() ? one.port() : other.port());
				proxy.cut();
			}
			default -> proxy.cut();
		}
	}

	/**
	 * Lets it through again, of which the browser tells the page.
	 */
	private static void mend(TcpProxy proxy, ClientPage page) {
		proxy.up();
		proxy.resume();
		page.evaluate("void dispatchEvent(new Event('online'))");
	}

	private static ClientPage open(ServerProcess server) {
		return ClientPage.open(browser.visitor(), server.url());
	}

}
