package io.github.realtime.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocketRoute;
import io.github.realtime.ChannelState;
import io.github.realtime.browser.Browser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pages that start where the server rendered them.
 */
class PageCursorTests {

	private static final int TIMES = 200;

	/** How long it takes about, in milliseconds, until a page is connected. */
	private static final int LOADING = 150;

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Server server = new Server().with(RenderedPages.class);

	/** What lets the sockets of this test's pages go on. */
	private final List<Runnable> held = new ArrayList<>();

	@Test
	void changeWhenBetweenRenderingAndConnectingThenIsSeenEveryTime() {
		ClientPage page = ClientPage.of(browser.visitor().newPage());
		List<String> missed = new ArrayList<>();
		for (int i = 0; i < TIMES; i++) {
			String id = "at" + i;
			server.realtime().channel("board_" + id).state().set("score", "rendered");
			String when = switch (i % 3) {
				case 0 -> "?during";
				case 1 -> "?change";
				default -> "?after=" + LOADING;
			};
			page.page().navigate(server.url("/rendered/" + id + when));
			try {
				page.page()
					.waitForFunction("log.length && score.status === 'synced' && score.value === 'changed'", null,
							new Page.WaitForFunctionOptions().setTimeout(10_000));
			}
			catch (RuntimeException ex) {
				missed.add(id + when);
				continue;
			}
			assertThat(page.evaluate("log")).as(id).isEqualTo(List.of(1));
			assertThat(page.evaluate("document.getElementById('data').textContent")).isEqualTo("0");
			// With a change in between it may have come with the page
			assertThat(page.evaluate("shown")).as(id + when).isIn(List.of("rendered", "changed"), List.of("changed"));
		}
		assertThat(missed).isEmpty();
	}

	@Test
	void pageWhenItIsOlderThanTheHistoryThenIsToldAndShowsWhatThereIs() {
		server.realtime().channel("board_old").state().set("score", "rendered");
		ClientPage page = held("old");
		server.send("race_old", (Object[]) new Integer[500]);
		for (int i = 0; i < 500; i++) {
			server.realtime().channel("board_old").state().set("score", "changed " + i);
		}
		release(page);
		ClientPage.await(() -> assertThat(page.evaluate("log")).isEqualTo(List.of("gap")));
		ClientPage.await(() -> assertThat(page.evaluate("shown")).isEqualTo(List.of("rendered", "changed 499")));
		server.send("race_old", "after");
		ClientPage.await(() -> assertThat(page.evaluate("log")).isEqualTo(List.of("gap", "after")));
	}

	@Test
	void pageWhenItIsFromACacheThenGetsWhatItMissed() {
		server.realtime().channel("board_kept").state().set("score", "rendered");
		Page page = browser.visitor().newPage();
		page.navigate(server.url("/rendered/kept?cached"));
		page.navigate(server.url());
		server.send("race_kept", "one", "two");
		server.realtime().channel("board_kept").state().set("score", "changed");
		page.navigate(server.url("/rendered/kept?cached"));
		ClientPage.await(() -> assertThat(page.evaluate("log")).isEqualTo(List.of("one", "two")));
		ClientPage.await(() -> assertThat(page.evaluate("shown")).isEqualTo(List.of("rendered", "changed")));
		assertThat(server.bean(RenderedPages.class).rendered("kept")).isOne();
	}

	@Test
	void stateWhenNothingIsConnectedYetThenIsThatOfThePageInEveryFrame() {
		server.realtime().channel("board_frame").state().set("score", "rendered");
		Page first = browser.visitor().newPage();
		first.addInitScript("""
				window.frames = [];
				const look = () => {
				  frames.push(document.getElementById('score')?.textContent);
				  requestAnimationFrame(look);
				};
				requestAnimationFrame(look);
				""");
		ClientPage page = held(first, "frame");
		ClientPage.await(() -> assertThat((int) page.evaluate("frames.length")).isGreaterThan(20));
		assertThat(page.evaluate("score.status")).isEqualTo("syncing");
		assertThat(page.frames()).as("from the server").isEmpty();
		assertThat(page.evaluate("shown")).isEqualTo(List.of("rendered"));
		release(page);
		ClientPage.await(() -> assertThat(page.evaluate("score.status")).isEqualTo("synced"));
		assertThat(page.evaluate("[...new Set(frames.filter((text) => text !== undefined))]"))
			.isEqualTo(List.of("rendered"));
		assertThat(page.evaluate("shown")).isEqualTo(List.of("rendered"));
	}

	private ClientPage held(String id) {
		return held(browser.visitor().newPage(), id);
	}

	/**
	 * A page whose socket gets nowhere until it is released.
	 */
	private ClientPage held(Page page, String id) {
		page.routeWebSocket("**/realtime", (route) -> {
			List<String> waiting = new ArrayList<>();
			WebSocketRoute[] server = new WebSocketRoute[1];
			route.onMessage((frame) -> {
				if (server[0] != null) {
					server[0].send(frame.text());
				}
				else {
					waiting.add(frame.text());
				}
			});
			this.held.add(() -> {
				server[0] = route.connectToServer();
				waiting.forEach(server[0]::send);
			});
		});
		ClientPage client = ClientPage.of(page);
		page.navigate(PageCursorTests.server.url("/rendered/" + id));
		ClientPage.await(() -> assertThat(client.evaluate("shown")).isNotNull());
		return client;
	}

	private void release(ClientPage page) {
		ClientPage.await(() -> {
			page.evaluate("0");
			assertThat(this.held).isNotEmpty();
		});
		this.held.forEach(Runnable::run);
		this.held.clear();
	}

	@ParameterizedTest
	@ValueSource(strings = { "</script><script>alert(1)</script>", "</SCRIPT ><img src=x onerror=alert(1)>",
			"<!--<script>", "<!-- --> <script>alert(1)", "]]><svg onload=alert(1)>", "\u2028\u2029",
			"\\u003c\\/script>", "\"};alert(1);//", "&quot;&lt;/script&gt;", "__proto__" })
	void stateWhenItIsHostileThenIsInert(String hostile) {
		String id = "" + hostile.hashCode();
		ChannelState state = server.realtime().channel("hostile_" + id).state();
		state.change((changes) -> changes.set("k", Map.of("text", hostile)).set(hostile, hostile));
		Page page = browser.visitor().newPage();
		page.navigate(server.url("/hostile/" + id));
		assertThat(page.evaluate("first")).isEqualTo(Map.of("text", hostile));
		assertThat(page.evaluate("alerts")).isEqualTo(List.of());
		assertThat(page.evaluate("[...document.body.children].map(({ id, localName }) => id || localName)"))
			.isEqualTo(List.of("before", "script", "after", "script", "script"));
		assertThat(page.locator("#after")).hasText("after");
		// waitForFunction needs eval, which the policy forbids, unless it is true at once
		ClientPage.await(() -> assertThat(page.evaluate("state.status")).isEqualTo("synced"));
		assertThat(page.evaluate("state.value")).isEqualTo(Map.of("text", hostile));
	}

}
