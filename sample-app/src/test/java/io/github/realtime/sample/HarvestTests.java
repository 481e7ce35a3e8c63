package io.github.realtime.sample;

import java.net.http.HttpResponse;
import java.util.List;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.browser.Browser;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The harvest and the board with a Redis, which outlives the application.
 */
class HarvestTests {

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server();

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Site site = new Site("--spring.profiles.active=redis", "--REDIS_URL=" + redis.get().uri());

	@Test
	void harvestWhenTwoPickThenBothPagesShowWhoLeads() {
		Page mine = site.open(site.named("mine", browser.visitor()), "/harvest");
		Page yours = site.open(site.named("yours", browser.visitor()), "/harvest");
		pick(mine, 2);
		pick(yours, 3);
		for (Page page : List.of(mine, yours)) {
			assertThat(apples(page, nameOf(mine))).hasText("2");
			assertThat(apples(page, nameOf(yours))).hasText("3");
			assertThat(precedes(page, nameOf(yours), nameOf(mine))).hasCount(1);
		}
		pick(mine, 2);
		for (Page page : List.of(mine, yours)) {
			assertThat(apples(page, nameOf(mine))).hasText("4");
			assertThat(precedes(page, nameOf(mine), nameOf(yours))).hasCount(1);
		}
		assertThat(mine.locator(".mine .author")).hasText(nameOf(mine));
		int before = owners(mine).count();
		HttpResponse<String> page = site.visitor().post("/harvest", "apple", "1");
		assertThat(page.uri().getPath()).isEqualTo("/harvest");
		assertThat(page.body()).contains("class=\"mine\"");
		assertThat(owners(mine)).hasCount(before + 1);
	}

	@Test
	void harvestWhenToldInTheOtherOrderThenTheHigherCountsAndTenAreShown() {
		Page page = site.open(browser.visitor(), "/harvest");
		RealtimeTemplate realtime = site.bean(RealtimeTemplate.class);
		for (int i = 1; i <= 11; i++) {
			realtime.send("harvest", new Baskets.Basket("Picker " + i, 100 + i));
		}
		realtime.send("harvest", new Baskets.Basket("Picker 11", 104));
		realtime.send("harvest", new Baskets.Basket("Picker 2", 112));
		assertThat(owners(page)).hasText(new String[] { "Picker 2", "Picker 11", "Picker 10", "Picker 9", "Picker 8",
				"Picker 7", "Picker 6", "Picker 5", "Picker 4", "Picker 3" });
		assertThat(apples(page, "Picker 11")).hasText("111");
	}

	@Test
	void siteWhenRestartedThenBoardAndHarvestAreThereAndUsersSignInAgain() {
		browser.consoleMayHold("net::ERR_|WebSocket connection to .* failed|getImageData are faster");
		BrowserContext visitor = site.named("theirs", browser.visitor());
		Page harvest = site.open(visitor, "/harvest");
		Page board = site.open(visitor, "/board/1");
		Page chat = site.signIn(browser.visitor(), "ann");
		chat.locator("#text").fill("Before the restart.");
		chat.locator("#say button").click();
		assertThat(chat.locator(".room li .text")).hasText("Before the restart.");
		pick(harvest, 3);
		board.locator("canvas").focus();
		board.keyboard().press("Enter");
		assertThat(board.locator("#undo")).isEnabled();
		board.close();

		site.stop();
		assertThat(harvest.locator(".status")).hasText("Reconnecting…");
		site.start();

		assertThat(harvest.locator(".status")).hasText("Live", LivePostTests.RECONNECTED);
		pick(harvest, 1);
		assertThat(apples(harvest, nameOf(harvest))).hasText("4");
		Page anew = site.open(visitor, "/harvest");
		assertThat(apples(anew, nameOf(harvest))).hasText("4");
		Page boardAnew = site.open(visitor, "/board/1");
		boardAnew.locator("canvas").focus();
		assertThat(boardAnew.locator(".where")).hasText("33, 33: you painted this last.");
		assertThat(chat.locator("#signed-out")).isVisible();
		chat.locator("#signed-out a").click();
		assertThat(chat.locator(".status")).hasText("Live");
		Site.signIn(chat, "ann");
		assertThat(chat.locator(".room li")).hasText("ann Before the restart.");
	}

	private static void pick(Page page, int apples) {
		int before = apples(page, nameOf(page)).count() == 0 ? 0
				: Integer.parseInt(apples(page, nameOf(page)).textContent());
		for (int i = 1; i <= apples; i++) {
			page.locator(".pick button").click();
			assertThat(apples(page, nameOf(page))).hasText("" + (before + i));
		}
	}

	private static String nameOf(Page page) {
		return page.locator("body").getAttribute("data-visitor");
	}

	private static Locator precedes(Page page, String first, String second) {
		return page.locator("[data-owner='" + first + "'] ~ [data-owner='" + second + "']");
	}

	private static Locator owners(Page page) {
		return page.locator(".board .author");
	}

	private static Locator apples(Page page, String owner) {
		return page.locator("[data-owner='" + owner + "'] .score");
	}

}
