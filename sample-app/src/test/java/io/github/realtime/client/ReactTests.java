package io.github.realtime.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import io.github.realtime.ChannelState;
import io.github.realtime.browser.Browser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The hooks, in the versions of React that they are for.
 */
@ParameterizedClass
@ValueSource(ints = { 18, 19 })
class ReactTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Server server = new Server().with(ReactPages.class);

	@Parameter
	int version;

	private ClientPage page;

	@BeforeEach
	void open() {
		ClientPage.await(() -> assertThat(server.hub().clientCount()).isZero());
		this.page = ClientPage.open(browser.visitor(), server.url("/react/" + this.version));
		assertThat((String) this.page.evaluate("React.version")).startsWith(this.version + ".");
		this.page.evaluate("""
				() => {
				  window.root = client.createRoot(document.getElementById('root'));
				  window.show = (element) => dom.flushSync(() => root.render(element));
				  window.log = [];
				  // Logs what is heard, and shows the status
				  window.Listener = ({ channel, prefix = '' }) => {
				    const { status } = hooks.useChannel({
				      channel,
				      onConnect: (name) => log.push(`${prefix}connect ${name}`),
				      onDisconnect: (name) => log.push(`${prefix}disconnect ${name}`),
				      onMessage: (data) => log.push(`${prefix}${data}`),
				      onError: ({ code }) => log.push(`${prefix}error ${code}`),
				    });
				    return h('i', null, status);
				  };
				  window.Value = ({ channel, name = 'k', initial = 0 }) => {
				    const [value, setValue, { status, error }] = hooks.useSyncedState(initial, name, channel);
				    window.set = setValue;
				    return h('b', null, text(value), ' ', status, error ? ` ${error.code}` : '');
				  };
				}""");
	}

	@Test
	void componentsWhenMountedThenAreConnectedAndWhenUnmountedAreNot() {
		server.realtime().channel("mounted").state().set("k", 7);
		show("h('p', null, h(Listener, { channel: 'mounted' }), h(Value, { channel: 'mounted' }))");
		awaitText("connected7 synced");
		assertThat(server.hub().channelCount()).isOne();
		server.send("mounted", "one");
		server.realtime().channel("mounted").state().increment("k", 1);
		awaitText("connected8 synced");
		awaitLog("connect mounted", "one");
		show("null");
		awaitChannels(0);
		server.send("mounted", "two");
		show("h(Listener, { channel: 'mounted' })");
		awaitText("connected");
		awaitLog("connect mounted", "one", "connect mounted");
	}

	@Test
	void componentsWhenMountedTwiceInStrictModeThenAreConnectedOnce() {
		show("""
				h(React.StrictMode, null, h(Listener, { channel: 'strict' }), h(Value, { channel: 'strict' }))""");
		awaitText("connected0 synced");
		assertThat(server.hub().channelCount()).isOne();
		server.send("strict", "one", "two");
		awaitLog("connect strict", "one", "two");
		assertThat(subscribes()).isOne();
		show("null");
		awaitChannels(0);
		show("""
				h(React.StrictMode, null, h(Listener, { channel: 'strict' }), h(Value, { channel: 'strict' }))""");
		awaitText("connected0 synced");
		assertThat(subscribes()).as("the socket is there now").isEqualTo(2);
		awaitLog("connect strict", "one", "two", "connect strict");
	}

	@Test
	void componentsWhenTheirChannelChangesThenMoveOver() {
		server.realtime().channel("to").state().set("k", "there");
		show("h('p', null, h(Listener, { channel: 'from' }), h(Value, { channel: 'from' }))");
		awaitText("connected0 synced");
		assertThat(this.page.evaluate("""
				() => {
				  show(h('p', null, h(Listener, { channel: 'to' }), h(Value, { channel: 'to', initial: 1 })));
				  return document.getElementById('root').textContent;
				}""")).isEqualTo("connecting1 syncing");
		awaitText("connected\"there\" synced");
		awaitChannels(1);
		server.send("from", "nobody hears");
		server.send("to", "somebody hears");
		awaitLog("connect from", "connect to", "somebody hears");
		show("h(Listener, { channel: 'secret_' })");
		awaitText("disconnected");
		awaitLog("connect from", "connect to", "somebody hears", "error forbidden");
		awaitChannels(0);
	}

	@Test
	void handlersWhenTheyChangeThenTheLastOnesAreCalledAndNothingIsConnectedAnew() {
		show("h(Listener, { channel: 'handlers', prefix: 'first ' })");
		awaitText("connected");
		show("h(Listener, { channel: 'handlers', prefix: 'second ' })");
		server.send("handlers", "message");
		awaitLog("first connect handlers", "second message");
		assertThat(subscribes()).isOne();
	}

	@Test
	void valueWhenSetThenShowsAtOnceAndIsTheSameForAll() {
		ChannelState state = server.realtime().channel("written").state();
		state.clear();
		show("h('p', null, h(Value, { channel: 'written' }), h(Value, { channel: 'written' }))");
		awaitText("0 synced0 synced");
		assertThat(this.page.evaluate("""
				() => {
				  dom.flushSync(() => {
				    set(5);
				    set((n) => n + 1);
				    set((n) => n * 2);
				  });
				  return document.getElementById('root').textContent;
				}""")).isEqualTo("12 pending12 pending");
		awaitText("12 synced12 synced");
		assertThat(state.get("k", Integer.class).value()).isEqualTo(12);
		show("null");
		assertThat(this.page.evaluate("soon(set((n) => n + 1))")).as("after it is unmounted").isEqualTo(13);
		awaitChannels(0);
	}

	@Test
	void valueWhenAWriteIsRefusedThenIsRolledBackAndTellsWhyUntilTheNext() {
		server.realtime().channel("handled_1").state().clear();
		show("h(Value, { channel: 'handled_1', name: 'text', initial: '' })");
		awaitText("\"\" synced");
		assertThat(this.page.evaluate("soon(set('a bad word').then(() => 'stored', (error) => error.code))"))
			.isEqualTo("bad-word");
		awaitText("\"\" synced bad-word");
		assertThat(this.page.evaluate("soon(set(' good '))")).isEqualTo("good");
		awaitText("\"good\" synced");
		show("h(Value, { channel: 'secret_1' })");
		awaitText("0 error forbidden");
	}

	@Test
	void thousandMountsThenTheServerHasWhatIsMounted() {
		this.page.evaluate("""
				() => {
				  window.Both = ({ channel }) => [h(Listener, { channel, key: 1 }), h(Value, { channel, key: 2 })];
				  window.many = (from, to) => Array.from({ length: to - from }, (_, n) => {
				    return h(Both, { key: from + n, channel: `many_${(from + n) % 50}` });
				  });
				}""");
		show("h(React.StrictMode, null, many(0, 1000))");
		awaitCount("connected", 1000);
		awaitCount("synced", 1000);
		assertThat(server.hub().channelCount()).isEqualTo(50);
		server.realtime().channel("many_7").state().set("k", "seven");
		awaitCount("\"seven\"", 20);
		show("h(React.StrictMode, null, many(0, 20))");
		awaitChannels(20);
		server.send("many_7", "one");
		server.send("many_21", "none");
		ClientPage.await(
				() -> assertThat(log()).filteredOn((line) -> !line.toString().contains("many")).containsExactly("one"));
		// One after the other, as quickly as the server lets a page
		this.page.evaluate("""
				() => soon((async () => {
				  for (let n = 0; n < 1000; n++) {
				    const from = Math.floor(Math.random() * 50);
				    show(h(React.StrictMode, null, many(from, from + 3)));
				    await new Promise((resolve) => setTimeout(resolve));
				  }
				  show(h(React.StrictMode, null, many(5, 15)));
				})())""");
		awaitCount("connected", 10);
		awaitCount("synced", 10);
		awaitChannels(10);
		show("null");
		awaitChannels(0);
		ClientPage.await(() -> {
			this.page.evaluate("0");
			assertThat(server.hub().clientCount()).isZero();
		});
	}

	@Test
	void valuesOfOneKeyWhenTheyRenderConcurrentlyThenAreEqualInEveryOne() throws Exception {
		ChannelState state = server.realtime().channel("torn").state();
		state.set("k", Map.of("n", 0));
		// Slow enough for React to let messages in between two components
		this.page.evaluate("""
				() => {
				  window.torn = [];
				  window.commits = 0;
				  window.seen = new Set();
				  window.Slow = () => {
				    const [value, , { status }] = hooks.useSyncedState({ n: -1 }, 'k', 'torn');
				    for (const end = performance.now() + 1; performance.now() < end; );
				    return h('b', null, `${value.n} ${status}`);
				  };
				  window.Parent = ({ count }) => {
				    React.useLayoutEffect(() => {
				      const texts = new Set([...document.querySelectorAll('b')].map((b) => b.textContent));
				      commits++;
				      texts.forEach((text) => seen.add(text));
				      if (texts.size > 1) torn.push([...texts]);
				    });
				    return Array.from({ length: count }, (_, n) => h(Slow, { key: n }));
				  };
				  new MutationObserver(() => {
				    const texts = new Set([...document.querySelectorAll('b')].map((b) => b.textContent));
				    if (texts.size > 1) torn.push([...texts]);
				  }).observe(document.getElementById('root'), { subtree: true, childList: true, characterData: true });
				  let renders = 0;
				  window.timer = setInterval(() => {
				    React.startTransition(() => root.render(h(Parent, { count: 2 + (renders++ % 7) })));
				  }, 60);
				}""");
		Thread changes = new Thread(() -> {
			for (int n = 1; !Thread.interrupted(); n++) {
				state.set("k", Map.of("n", n));
				LockSupport.parkNanos(25_000_000);
			}
		});
		changes.start();
		this.page.page().waitForFunction("commits > 40 && seen.size > 20");
		changes.interrupt();
		changes.join();
		state.set("k", Map.of("n", -2));
		this.page.evaluate("clearInterval(timer)");
		this.page.evaluate("root.render(h(Parent, { count: 2 }))");
		awaitText("-2 synced-2 synced");
		assertThat(this.page.evaluate("torn")).isEqualTo(List.of());
	}

	@Test
	void valueWhenThePageWasRenderedWithItThenNothingElseIsEverShown() {
		server.realtime().channel("board").state().set("k", Map.of("score", 7));
		ClientPage page = ClientPage.open(browser.visitor(), server.url("/react/" + this.version + "?board=board"));
		page.evaluate("""
				() => {
				  window.shown = [];
				  window.Value = () => {
				    const [value, , { status }] = hooks.useSyncedState('initial', 'k', 'board');
				    shown.push(`${text(value)} ${status}`);
				    return h('b', null, text(value));
				  };
				  window.root = client.createRoot(document.getElementById('root'));
				  root.render(h(React.StrictMode, null, h(Value), h(Value)));
				}""");
		ClientPage.await(() -> assertThat(list(page, "shown")).contains("{\"score\":7} synced"));
		assertThat(list(page, "[...new Set(shown)]"))
			.isEqualTo(List.of("{\"score\":7} syncing", "{\"score\":7} synced"));
	}

	@Test
	void valuesWhenManyRenderTogetherThenWhatThePageHoldsIsReadForAllOfThem() {
		server.realtime().channel("large").state().set("k", 7);
		ClientPage page = ClientPage.open(browser.visitor(), server.url("/react/" + this.version + "?board=large"));
		Object reads = page.evaluate("""
				() => {
				  let reads = 0;
				  const find = document.querySelectorAll;
				  document.querySelectorAll = (selector) => (reads++, find.call(document, selector));
				  const Value = () => h('b', null, hooks.useSyncedState(0, 'k', 'large')[0]);
				  const root = client.createRoot(document.getElementById('root'));
				  dom.flushSync(() => root.render(Array.from({ length: 100 }, (_, key) => h(Value, { key }))));
				  return reads;
				}""");
		assertThat(page.evaluate("document.getElementById('root').textContent")).isEqualTo("7".repeat(100));
		assertThat((int) reads).as("of the page").isBetween(1, 10);
	}

	@Test
	void valueWhenRenderedOnAServerThenIsInitialAndThePageTakesItOver() {
		server.realtime().channel("hydrated").state().set("k", 7);
		ClientPage page = ClientPage.open(browser.visitor(), server.url("/react/" + this.version + "?board=hydrated"));
		// React says on the console where what it finds is not what it renders
		Object html = page.evaluate("""
				() => {
				  const Value = () => {
				    const [value, , { status }] = hooks.useSyncedState('initial', 'k', 'hydrated');
				    const channel = hooks.useChannel({ channel: 'hydrated' });
				    return h('b', null, `${value} ${status} ${channel.status}`);
				  };
				  const html = server.renderToString(h(Value));
				  document.getElementById('root').innerHTML = html;
				  client.hydrateRoot(document.getElementById('root'), h(Value));
				  return html;
				}""");
		assertThat(html).isEqualTo("<b>initial syncing connecting</b>");
		ClientPage.await(() -> assertThat(page.evaluate("document.getElementById('root').textContent"))
			.isEqualTo("7 synced connected"));
	}

	private void show(String element) {
		this.page.evaluate("show(" + element + ")");
	}

	private Object text() {
		return this.page.evaluate("document.getElementById('root').textContent");
	}

	private void awaitText(String text) {
		ClientPage.await(() -> assertThat(text()).isEqualTo(text));
	}

	private void awaitCount(String text, int count) {
		ClientPage.await(
				() -> assertThat(this.page.evaluate("(text) => document.body.textContent.split(text).length - 1", text))
					.isEqualTo(count));
	}

	private List<Object> log() {
		return list(this.page, "log");
	}

	@SuppressWarnings("unchecked")
	private static List<Object> list(ClientPage page, String script) {
		return (List<Object>) page.evaluate(script);
	}

	private void awaitLog(String... lines) {
		ClientPage.await(() -> assertThat(log()).isEqualTo(List.of(lines)));
	}

	private void awaitChannels(int count) {
		ClientPage.await(() -> {
			this.page.evaluate("0");
			assertThat(server.hub().channelCount()).isEqualTo(count);
		});
	}

	private long subscribes() {
		return this.page.frames()
			.stream()
			.flatMap(String::lines)
			.filter((line) -> line.contains("\"subscribed\""))
			.count();
	}

}
