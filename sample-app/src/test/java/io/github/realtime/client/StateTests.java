package io.github.realtime.client;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;

import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.PlaywrightException;
import io.github.realtime.ChannelState;
import io.github.realtime.Position;
import io.github.realtime.browser.Browser;
import io.github.realtime.testing.TcpProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Values that pages share through one instance.
 */
class StateTests {

	private static final String SUBSCRIPTION = "io.github.realtime.session.Subscription";

	/** What a heap snapshot calls an object. */
	private static final int OBJECT = 3;

	private static final JsonMapper JSON = new JsonMapper();

	@RegisterExtension
	static final Browser browser = new Browser().allowing("net::ERR_|WebSocket connection to .* failed");

	@RegisterExtension
	static final Server server = new Server().with("realtime.limits.commands-per-second=100000");

	@ParameterizedTest
	@ValueSource(strings = { "board_cut", "cursor_cut" })
	void writesWhenOfflineAndCutOffAgainWhileTheyAreSentThenAllAreDoneOnceInOrder(String channel) {
		try (TcpProxy proxy = TcpProxy.to(server.port())) {
			ClientPage witness = ClientPage.open(browser.visitor(), server.url());
			ClientPage page = ClientPage.open(browser.visitor(), proxy.url());
			for (ClientPage each : List.of(witness, page)) {
				each.evaluate("(channel) => state('last', channel)", channel);
				each.evaluate("(channel) => state('count', channel)", channel);
				each.awaitStatus("synced");
			}
			proxy.down();
			page.awaitStatus("offline");
			page.evaluate(
					"""
							window.writes = Array.from({ length: 20 }, (_, n) => (n % 2 ? states.count.increment() : states.last.set(n)));
							0""");
			assertThat(page.evaluate("[states.last.value, states.count.value]")).isEqualTo(List.of(18, 10));
			// In the midst of each way there, what has arrived is done and the reply gets
			// lost
			ClientApplication.Writes writes = server.bean(ClientApplication.Writes.class);
			writes.trouble(2, proxy::cut);
			writes.trouble(9, proxy::cut);
			proxy.up();
			assertThat(page.evaluate("soon(Promise.all(writes))"))
				.isEqualTo(IntStream.range(0, 20).mapToObj((n) -> (n % 2 == 0) ? n : (n + 1) / 2).toList());
			assertThat(page.sockets()).as("cut off twice while sending").hasSizeGreaterThanOrEqualTo(4);
			ClientPage.await(() -> {
				witness.evaluate("0");
				assertThat(changes(witness, channel)).containsExactlyElementsOf(IntStream.range(0, 20)
					.mapToObj((n) -> (n % 2 == 0) ? "last=" + n : "count=" + (n + 1) / 2)
					.toList());
			});
			assertThat(server.realtime().channel(channel).position().offset()).isEqualTo(20);
			page.awaitStatus("synced");
		}
	}

	/**
	 * What the page was told, in the order in which it came.
	 */
	private static List<String> changes(ClientPage page, String channel) {
		return page.frames()
			.stream()
			.flatMap(String::lines)
			.map(JSON::readTree)
			.filter((line) -> line.get("type").stringValue().equals("state"))
			.filter((line) -> line.get("channel").stringValue().equals(channel))
			.map((line) -> line.get("key").stringValue() + "=" + line.get("value"))
			.toList();
	}

	@Test
	void valuesWhenTheyAreLargeOrManyOrStrangeThenShownAndTheRestIsRefusedAndRolledBack() {
		ChannelState state = server.realtime().channel("board_full").state();
		String large = "x".repeat(1024 * 1024 - 2);
		state.set("large", large);
		state.change((changes) -> IntStream.range(0, 9997).forEach((i) -> changes.set("k" + i, i)));
		ClientPage page = ClientPage.open(browser.visitor(), server.url());
		page.evaluate("""
				['large', 'k9996'].forEach((key) => state(key, 'board_full'));
				state('proto', 'board_full', '__proto__');
				state('longest', 'board_full', 'é'.repeat(128));
				state('more', 'board_full', 'more', 'none')""");
		page.awaitStatus("synced");
		assertThat(page.evaluate("states.large.value")).isEqualTo(large);
		assertThat(page.evaluate("states.k9996.value")).isEqualTo(9996);
		page.evaluate("soon(states.proto.set({ ['__proto__']: 1 }))");
		page.evaluate("soon(states.longest.set('text'))");
		assertThat(state.getAll()).hasSize(10_000).containsEntry("é".repeat(128), JSON.readTree("\"text\""));
		assertThat(state.get("__proto__", JsonNode.class).value()).hasToString("{\"__proto__\":1}");
		assertThat(page.evaluate("Object.entries(states.proto.value)")).isEqualTo(List.of(List.of("__proto__", 1)));

		Position position = server.realtime().channel("board_full").position();
		assertRefused(page, "more", "set(1)", "limit-exceeded", "none");
		assertRefused(page, "more", "increment()", "limit-exceeded", "none");
		assertRefused(page, "longest", "increment()", "invalid-data", "text");
		assertRefused(page, "k9996", "increment(NaN)", "invalid-data", 9996);
		assertRefused(page, "k9996", "set(NaN)", "invalid-data", 9996);
		assertRefused(page, "k9996", "update(() => undefined)", "invalid-data", 9996);
		for (String key : List.of("''", "'k'.repeat(257)", "'é'.repeat(128) + 'k'", "7", "null")) {
			assertThatExceptionOfType(PlaywrightException.class)
				.isThrownBy(() -> page.evaluate("state('no', 'board_full', " + key + ")"))
				.withMessageContaining("A state key is a string of 1 to 256 bytes");
		}
		assertThat(server.realtime().channel("board_full").position()).as("nothing was published").isEqualTo(position);
	}

	private static void assertRefused(ClientPage page, String name, String write, String code, Object value) {
		String state = "states." + name;
		page.evaluate(state + ".errors.length = 0");
		assertThat(page.evaluate("soon(" + state + "." + write + ".then(() => 'stored', (error) => error.code))"))
			.isEqualTo(code);
		assertThat(page.evaluate(state + ".errors")).isEqualTo(List.of(code));
		assertThat(page.evaluate(state + ".value")).isEqualTo(value);
		page.awaitStatus("synced");
	}

	@Test
	void writesWhenAHandlerRefusesOrReplacesThemThenThePageShowsWhatIsStored() {
		ClientPage writer = ClientPage.open(browser.visitor(), server.url());
		ClientPage witness = ClientPage.open(browser.visitor(), server.url());
		for (ClientPage page : List.of(writer, witness)) {
			page.evaluate(
					"state('title', 'handled_7', 'title', 'none'), state('text', 'handled_7', 'text', 'none'), 0");
			page.evaluate("state('own', 'handled_7', 'own:{me}', 'none'), 0");
			page.awaitStatus("synced");
			assertThat(page.evaluate("states.title.value")).isEqualTo("title of 7");
		}
		writer.evaluate("states.text.log.length = 0");
		assertRefused(writer, "text", "set('a bad word')", "bad-word", "none");
		assertThat(writer.evaluate("states.text.log")).as("shown at once, and rolled back")
			.isEqualTo(List.of("a bad word", "none"));
		assertThat(server.realtime().channel("handled_7").state().getAll()).containsOnlyKeys("title");
		assertThat(writer.evaluate("soon(states.text.set('  a word '))")).isEqualTo("a word");
		assertThat(writer.evaluate("soon(states.own.set('mine'))")).isEqualTo("mine");
		ClientPage.await(() -> {
			for (ClientPage page : List.of(writer, witness)) {
				assertThat(page.evaluate("states.text.value")).isEqualTo("a word");
			}
		});
		assertThat(writer.evaluate("states.own.value")).isEqualTo("mine");
		assertThat(witness.evaluate("states.own.value")).isEqualTo("none");
		assertThat(witness.evaluate("states.text.log")).as("nothing was seen of what was refused")
			.isEqualTo(List.of("none", "a word"));
	}

	@Test
	void statesWhenTenThousandWereDisposedOfAndThePageReconnectedAHundredTimesThenNothingIsLeft() throws Exception {
		try (TcpProxy proxy = TcpProxy.to(server.port())) {
			ClientPage page = ClientPage.open(browser.visitor(), proxy.url());
			page.evaluate("""
					() => {
					  window.open = (round) => {
					    window.all = Array.from({ length: 100 }, (_, n) => {
					      const one = realtime.syncedState({ channel: `brief_${n}`, key: `k${round % 2}`, initial: 0 });
					      one.subscribe(() => {}, { status: true });
					      return one;
					    });
					    window.done = Promise.all(all.slice(0, 3).map((one) => one.increment()));
					  };
					  window.are = (status) => all.every((one) => one.status === status);
					  window.leave = () => {
					    all.forEach((one) => one.dispose());
					    window.all = window.done = undefined;
					  };
					}""");
			String[] classes = { "State", "ChannelState", "Subscription" };
			Map<String, Long> before = objects(page, classes);
			for (int round = 0; round < 100; round++) {
				page.evaluate("(round) => open(round)", round);
				page.page().waitForFunction("are('synced')");
				if (round == 0) {
					// So that it is known to count
					assertThat(objects(page, classes))
						.allSatisfy((name, count) -> assertThat(count).isGreaterThanOrEqualTo(100))
						.hasSize(3);
					assertThat(objects(SUBSCRIPTION)).isEqualTo(100);
				}
				proxy.cut();
				page.page().waitForFunction("!are('synced')");
				page.evaluate("void dispatchEvent(new Event('online'))");
				page.page().waitForFunction("are('synced')");
				page.evaluate("leave()");
			}
			assertThat(page.sockets()).hasSizeGreaterThan(100);
			assertThat(server.realtime().channel("brief_2").state().getAll()).hasToString("{k0=50, k1=50}");
			ClientPage.await(() -> {
				page.evaluate("0");
				assertThat(server.hub().channelCount()).isZero();
				assertThat(server.hub().clientCount()).isLessThanOrEqualTo(1);
			});
			assertThat(objects(page, classes)).isEqualTo(before);
			assertThat(objects(SUBSCRIPTION)).isZero();
		}
	}

	/**
	 * Counts the objects in a page that are in use.
	 */
	private static Map<String, Long> objects(ClientPage page, String... classes) {
		CDPSession session = page.page().context().newCDPSession(page.page());
		StringBuilder text = new StringBuilder();
		session.on("HeapProfiler.addHeapSnapshotChunk", (chunk) -> text.append(chunk.get("chunk").getAsString()));
		session.send("HeapProfiler.takeHeapSnapshot");
		session.detach();
		JsonNode snapshot = JSON.readTree(text.toString());
		int fields = snapshot.at("/snapshot/meta/node_fields").size();
		JsonNode nodes = snapshot.get("nodes");
		return IntStream.iterate(0, (node) -> node < nodes.size(), (node) -> node + fields)
			.filter((node) -> nodes.get(node).intValue() == OBJECT)
			.mapToObj((node) -> snapshot.get("strings").get(nodes.get(node + 1).intValue()).stringValue())
			.filter(List.of(classes)::contains)
			.collect(Collectors.groupingBy((name) -> name, Collectors.counting()));
	}

	/**
	 * Counts the objects in this process that are in use.
	 */
	private static long objects(String type) throws JMException {
		String histogram = (String) ManagementFactory.getPlatformMBeanServer()
			.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
					new Object[] { new String[0] }, new String[] { String[].class.getName() });
		Matcher line = Pattern.compile(" +(\\d+) +\\d+ +" + Pattern.quote(type) + "\\s").matcher(histogram);
		return line.find() ? Long.parseLong(line.group(1)) : 0;
	}

}
