package io.github.realtime.client;

import java.util.List;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GoBackOptions;
import com.microsoft.playwright.options.WaitUntilState;
import io.github.realtime.browser.Browser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who a tab is to the server, and what becomes of its connections when it goes elsewhere.
 */
class TabTests {

	@RegisterExtension
	static final Browser browser = Browser.withBackForwardCache();

	@RegisterExtension
	static final Server server = new Server();

	private List<String> ids;

	private ClientPage page;

	@BeforeEach
	void open() {
		ClientPage.await(() -> assertThat(server.hub().clientCount()).isZero());
		this.ids = server.bean(ClientApplication.ConnectedClients.class).ids();
		this.ids.clear();
		this.page = ClientPage.open(browser.visitor(), server.url());
		this.page.connected("post", "post_1");
		awaitIds(1);
	}

	/**
	 * Waits until so many have been introduced: that is told on another thread.
	 */
	private void awaitIds(int count) {
		ClientPage.await(() -> assertThat(this.ids).hasSize(count));
	}

	@Test
	void tabWhenReloadedThenIsTheSameClient() {
		for (int visits = 2; visits <= 4; visits++) {
			this.page.page().reload();
			this.page.connected("post", "post_1");
			awaitIds(visits);
			assertThat(this.ids).containsOnly(this.ids.get(0));
		}
		ClientPage.await(() -> assertThat(server.hub().clientCount()).isEqualTo(1));
	}

	@Test
	void tabWhenItComesBackFromElsewhereThenIsTheSameClient() {
		this.page.page().navigate("data:text/html,<title>Elsewhere</title>");
		ClientPage.await(() -> assertThat(server.hub().clientCount()).isZero());
		this.page.page().navigate(server.url());
		this.page.connected("post", "post_1");
		awaitIds(2);
		assertThat(this.ids).containsOnly(this.ids.get(0));
	}

	@Test
	void tabWhenDuplicatedThenIsAnotherClientAndTheFirstIsLeftAlone() {
		// The first has come from another page, so that it had a token in the storage
		this.page.page().reload();
		this.page.connected("post", "post_1");
		// A duplicate gets a copy of the storage, and so does what a page opens
		Page opened = this.page.page().waitForPopup(() -> this.page.evaluate("void window.open('/')"));
		opened.waitForLoadState();
		ClientPage duplicate = ClientPage.of(opened);
		duplicate.connected("post", "post_1");
		awaitIds(3);
		assertThat(this.ids.get(2)).isNotEqualTo(this.ids.get(0));
		server.send("post_1", "both");
		this.page.awaitLog("post", "connect", "both");
		duplicate.awaitLog("post", "connect", "both");
		ClientPage.await(() -> assertThat(server.hub().clientCount()).isEqualTo(2));
	}

	@Test
	void pageWhenItComesBackFromTheCacheThenGetsWhatWasSentMeanwhile() {
		this.page.evaluate("addEventListener('pageshow', ({ persisted }) => (window.persisted = persisted))");
		server.send("post_1", "before");
		this.page.awaitLog("post", "connect", "before");
		this.page.page().navigate(server.url("/?elsewhere"));
		ClientPage.await(() -> assertThat(server.hub().clientCount()).isZero());
		server.send("post_1", "one", "two");
		this.page.page().goBack(new GoBackOptions().setWaitUntil(WaitUntilState.COMMIT));
		ClientPage.await(() -> assertThat(this.page.evaluate("window.persisted")).isEqualTo(true));
		this.page.awaitLog("post", "connect", "before", "disconnect", "connect", "one", "two");
		awaitIds(2);
		assertThat(this.ids).containsOnly(this.ids.get(0));
	}

}
