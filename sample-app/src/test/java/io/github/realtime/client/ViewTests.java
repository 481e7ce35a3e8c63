package io.github.realtime.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import io.github.realtime.RenderOptions;
import io.github.realtime.browser.Browser;
import io.github.realtime.testing.TcpProxy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pages of a server that keeps rendering HTML, in a browser.
 */
class ViewTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Server server = new Server().with(ViewApplication.class);

	private final ViewApplication.Pages pages = server.bean(ViewApplication.Pages.class);

	@BeforeEach
	void clear() {
		ClientPage.await(() -> assertThat(server.hub().clientCount()).isZero());
		this.pages.clear();
	}

	private static Page open(String user, String path) {
		return open(visitor(user), server.url(path));
	}

	private static BrowserContext visitor(String user) {
		BrowserContext visitor = browser.visitor();
		visitor.addCookies(List.of(new Cookie("user", user).setUrl("http://localhost:" + server.port())));
		return visitor;
	}

	/**
	 * Opens a page and waits until it is live.
	 */
	static Page open(BrowserContext visitor, String url) {
		Page page = visitor.newPage();
		page.navigate(url);
		page.waitForFunction("() => window.view?.status === 'connected'");
		// Is gone if the page is loaded anew
		page.evaluate("window.marker = true");
		return page;
	}

	private static void assertNotReloaded(Page page) {
		assertThat(page.evaluate("window.marker")).isEqualTo(true);
	}

	@Test
	void renderFromAScheduledJobChangesThePagesOfTheKeyForEachUser() throws Exception {
		Page ada = open("ada", "/page/one");
		Page bob = open("bob", "/page/one");
		Page other = open("bob", "/page/other");
		ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
		try {
			this.pages.texts.put("other", "changed, too");
			scheduler.schedule(() -> this.pages.change("one", "from a job"), 10, TimeUnit.MILLISECONDS).get();
		}
		finally {
			scheduler.shutdown();
		}
		for (Page page : List.of(ada, bob)) {
			assertThat(page.locator("#text")).hasText("from a job");
			assertNotReloaded(page);
		}
		assertThat(ada.locator("#user")).hasText("ada");
		assertThat(bob.locator("#user")).hasText("bob");
		assertThat(other.locator("#text")).hasText("nothing");
		assertThat(this.pages.fetches).containsExactlyInAnyOrder("one ada", "one bob");
	}

	@Test
	void pageWhenAwayDuringAChangeThenShowsItOnItsReturnWithoutAReload() {
		browser.consoleMayHold("net::ERR_|WebSocket connection to .* failed");
		try (TcpProxy proxy = TcpProxy.to(server.port())) {
			Page away = open(browser.visitor(), proxy.url() + "page/one");
			proxy.down();
			away.waitForFunction("() => window.view.status === 'connecting'");
			this.pages.change("one", "meanwhile");
			proxy.up();
			assertThat(away.locator("#text")).hasText("meanwhile");
			assertNotReloaded(away);
			away.close();
		}
	}

	@Test
	void renderWhen100TimesThenPagesFetchAFewTimesAndShowTheLast() {
		List<Page> pages = List.of(open("ada", "/page/one"), open("bob", "/page/one"));
		IntStream.rangeClosed(1, 100).forEach((n) -> this.pages.change("one", "change " + n));
		pages.forEach((page) -> assertThat(page.locator("#text")).hasText("change 100"));
		// What is told of after this is not from before
		this.pages.change("one", "last");
		pages.forEach((page) -> assertThat(page.locator("#text")).hasText("last"));
		assertThat(this.pages.fetches.stream().filter("one ada"::equals).count()).isBetween(2L, 6L);
		assertThat(this.pages.fetches.stream().filter("one bob"::equals).count()).isBetween(2L, 6L);
	}

	@Test
	void pageWhenItsUserLogsOutElsewhereThenGetsNothingProtected() {
		this.pages.texts.put("secret", "classified 1");
		BrowserContext visitor = visitor("ada");
		Page followed = open(visitor, server.url("/members/secret"));
		Page left = open(visitor, server.url("/members/secret?otherwise=401"));
		assertThat(followed.locator("#text")).hasText("classified 1");
		browser.consoleMayHold("401");
		visitor.clearCookies();
		this.pages.texts.put("secret", "classified 2");
		server.realtime().render("/members/secret");
		followed.waitForURL("**/page/login");
		assertThat(followed.locator("#user")).hasText("nobody");
		assertThat(followed.content()).doesNotContain("classified");
		ClientPage.await(() -> assertThat(left.evaluate(
				"performance.getEntriesByType('resource').filter(({ name }) => name.includes('otherwise')).length"))
			.isEqualTo(1));
		assertThat(left.content()).doesNotContain("classified 2").doesNotContain("Sign in first");
		assertNotReloaded(left);
	}

	@Test
	void pageOf2MegabytesArrivesWhole() {
		this.pages.bodies.put("large", (text) -> IntStream.range(0, 20_000)
			.mapToObj((n) -> ((n % 100 == 0) ? "<section>" : "")
					+ "<p>%s %05d %s</p>".formatted(text, n, "x".repeat(90)) + ((n % 100 == 99) ? "</section>" : ""))
			.collect(Collectors.joining()) + "<p id='end'>" + text + "</p>");
		Page page = open("ada", "/page/large");
		this.pages.change("large", "fresh");
		assertThat(page.locator("#end")).hasText("fresh");
		assertThat(page.evaluate(
				"""
						[...document.querySelectorAll('p:not([id])')]
							.filter(({ textContent }, n) => textContent.startsWith('fresh ' + String(n).padStart(5, '0'))).length"""))
			.isEqualTo(20_000);
		assertThat(page.content().length()).isGreaterThan(2_000_000);
	}

	@Test
	void renderWhenTwoAreUnderWayThenTheNewerWins() {
		Page page = open("ada", "/page/one");
		Semaphore older = new Semaphore(0);
		this.pages.gates = (number) -> (number == 1) ? older : new Semaphore(1);
		this.pages.change("one", "older");
		ClientPage.await(() -> assertThat(this.pages.fetches).hasSize(1));
		this.pages.change("one", "newer");
		assertThat(page.locator("#text")).hasText("newer");
		older.release();
		// Whatever comes of the older one is here before this
		this.pages.change("other", "");
		page.evaluate("fetch('/page/other', { headers: { 'X-Realtime-Refresh': 'true' } })");
		assertThat(page.locator("#text")).hasText("newer");
		assertThat(this.pages.fetches("one")).isEqualTo(2);
	}

	@Test
	void excludeAndIncludeByClientIdLeaveOutPages() {
		Page ada = open("ada", "/page/one");
		Page bob = open("bob", "/page/one");
		String id = (String) ada.evaluate("view.clientId");
		this.pages.texts.put("one", "for others");
		server.realtime().render("/page/one", RenderOptions.defaults().exclude(id));
		assertThat(bob.locator("#text")).hasText("for others");
		assertThat(ada.locator("#text")).hasText("nothing");
		this.pages.texts.put("one", "for ada");
		server.realtime().render("/page/one", RenderOptions.defaults().include(id));
		assertThat(ada.locator("#text")).hasText("for ada");
		assertThat(bob.locator("#text")).hasText("for others");
		assertThat(this.pages.fetches).containsExactly("one bob", "one ada");
	}

	@Test
	void formWithAFileWhenInALivePageThenWorksAndRefreshesTheOthers(@TempDir Path directory) throws Exception {
		Path file = Files.writeString(directory.resolve("file.txt"), "of the file");
		this.pages.bodies.put("one", (text) -> """
				<form method="post" enctype="multipart/form-data">
				<input name="text" value="the text "><input type="file" name="file"><button>Send</button>
				</form>""");
		Page ada = open("ada", "/page/one");
		Page bob = open("bob", "/page/one");
		server.realtime().render("/page/one");
		ClientPage.await(() -> assertThat(this.pages.fetches).hasSize(2));
		ada.setInputFiles("[name=file]", file);
		server.realtime().render("/page/one");
		ClientPage.await(() -> assertThat(this.pages.fetches).hasSize(4));
		String id = (String) ada.evaluate("view.clientId");
		ada.click("button");
		assertThat(ada.locator("#text")).hasText("the text of the file");
		assertThat(bob.locator("#text")).hasText("the text of the file");
		assertThat(server.realtime().channel("/page/one").history(1).get(0).excluded()).isEqualTo(id);
	}

	@Test
	void fetchThatSaysWhichPageItIsFromIsExcludedUnlessItIsAnotherUsers() {
		Page ada = open("ada", "/page/one");
		Page bob = open("bob", "/page/one");
		String id = (String) ada.evaluate("view.clientId");
		String post = """
				(headers) => fetch('/page/one', {
					method: 'POST', headers, body: new URLSearchParams({ text: 'changed' }), redirect: 'manual',
				})""";
		Object headers = ada.evaluate("view.headers");
		ada.evaluate(post, headers);
		assertThat(bob.locator("#text")).hasText("changed");
		assertThat(server.realtime().channel("/page/one").history(1).get(0).excluded()).isEqualTo(id);
		bob.evaluate(post, headers);
		assertThat(ada.locator("#text")).hasText("changed");
		assertThat(server.realtime().channel("/page/one").history(1).get(0).excluded()).isNotEqualTo(id);
	}

	@Test
	void controllerThatRendersAViewMakesItFresh() {
		Page ada = open("ada", "/page/one");
		Page bob = open("bob", "/page/one");
		bob.evaluate("fetch('/annotated/one', { method: 'POST', body: new URLSearchParams({ text: 'annotated' }) })");
		assertThat(ada.locator("#text")).hasText("annotated");
		assertThat(bob.locator("#text")).hasText("annotated");
	}

	@Test
	void pageWhenItNavigatesByTheHistoryApiThenIsOfItsNewKey() {
		this.pages.texts.put("two", "the second page");
		Page page = open("ada", "/page/one");
		page.evaluate("history.pushState(null, '', '/page/two?x=1')");
		assertThat(page.locator("#text")).hasText("the second page");
		this.pages.change("two", "fresh");
		assertThat(page.locator("#text")).hasText("fresh");
		page.goBack();
		assertThat(page.locator("#text")).hasText("nothing");
		ClientPage.await(() -> assertThat(server.hub().channelCount()).isEqualTo(1));
		this.pages.change("one", "back");
		assertThat(page.locator("#text")).hasText("back");
		assertNotReloaded(page);
	}

	@Test
	void keyWhenThePathHasOtherCharactersThenIsTheSameOnBothSides() {
		Page page = open("ada", "/page/a b,é%21");
		this.pages.change("a b,é!", "fresh");
		server.realtime().render("/page/a b,é%21");
		assertThat(page.locator("#text")).hasText("fresh");
	}

}
