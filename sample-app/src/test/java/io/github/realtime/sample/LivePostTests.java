package io.github.realtime.sample;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import com.microsoft.playwright.options.AriaRole;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.browser.Browser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The site in a browser, as its visitors see it.
 */
class LivePostTests {

	static final HasTextOptions RECONNECTED = new HasTextOptions().setTimeout(120_000);

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Site site = new Site();

	@Test
	void voteWhenCastInOneWindowThenSeenInEveryOther() {
		Page mine = site.open(browser.visitor(), "/posts/1");
		Page yours = site.open(browser.visitor(), "/posts/1");
		Page list = site.open(browser.visitor(), "/");
		Locator inList = scoreInList(list, 1);
		int before = Integer.parseInt(score(mine).textContent());
		String other = scoreInList(list, 2).textContent();
		button(mine, "Vote up").click();
		for (Locator score : List.of(score(mine), score(yours), inList)) {
			assertThat(score).hasText("" + (before + 1));
		}
		assertThat(button(mine, "Vote up")).hasAttribute("aria-pressed", "true");
		assertThat(button(yours, "Vote up")).hasAttribute("aria-pressed", "false");
		button(yours, "Vote down").click();
		for (Locator score : List.of(score(mine), score(yours), inList)) {
			assertThat(score).hasText("" + before);
		}
		assertThat(button(mine, "Vote up")).hasAttribute("aria-pressed", "true");
		assertThat(scoreInList(list, 2)).hasText(other);
		assertThat(yours.locator("#announcer")).hasText("Score " + before + ".");
	}

	@Test
	void voteWhenInTheListThenShowsInAnotherWindowOfIt() {
		Page mine = site.open(browser.visitor(), "/");
		Page yours = site.open(browser.visitor(), "/");
		int before = Integer.parseInt(scoreInList(mine, 4).textContent());
		Locator up = mine.locator("[data-channel=post_4] [data-vote=UP]");
		up.click();
		assertThat(scoreInList(yours, 4)).hasText("" + (before + 1));
		assertThat(scoreInList(mine, 4)).hasText("" + (before + 1));
		assertThat(up).hasAttribute("aria-pressed", "true");
		assertThat(yours.locator("[data-channel=post_4] [data-vote=UP]")).hasAttribute("aria-pressed", "false");
		assertThat(mine).hasURL(site.url("/"));
		up.click();
		assertThat(scoreInList(yours, 4)).hasText("" + before);
	}

	@Test
	void voteWhenVisitorHasTwoWindowsThenBothShowItAsTheirs() {
		BrowserContext visitor = browser.visitor();
		Page one = site.open(visitor, "/posts/2");
		Page two = site.open(visitor, "/posts/2");
		String before = score(one).textContent();
		button(one, "Vote up").click();
		assertThat(button(two, "Vote up")).hasAttribute("aria-pressed", "true");
		button(two, "Vote up").click();
		assertThat(button(one, "Vote up")).hasAttribute("aria-pressed", "false");
		assertThat(score(one)).hasText(before);
		assertThat(score(two)).hasText(before);
	}

	@Test
	void commentWhenWrittenInOneWindowThenOnceInEachAndCounted() {
		Page mine = site.open(browser.visitor(), "/posts/6");
		Page yours = site.open(browser.visitor(), "/posts/6");
		Page list = site.open(browser.visitor(), "/");
		assertThat(yours.getByText("The first word is yours")).isVisible();
		comment(mine, "A library that lends weather.");
		assertThat(newestComment(mine)).hasText("A library that lends weather.");
		comment(mine, "Or <b>quiet</b>.");
		for (Page page : List.of(mine, yours)) {
			assertThat(page.locator(".comment .text"))
				.hasText(new String[] { "Or <b>quiet</b>.", "A library that lends weather." });
			assertThat(page.locator("h2 .count")).hasText("2");
		}
		assertThat(mine.locator(".comment.mine")).hasCount(2);
		assertThat(yours.locator(".comment.mine")).hasCount(0);
		assertThat(mine.locator("textarea")).hasValue("");
		assertThat(yours.getByText("The first word is yours")).isHidden();
		assertThat(yours.locator("#announcer")).hasText(Pattern.compile("\\w+ \\w+ says: Or <b>quiet</b>."));
		assertThat(list.locator("[data-channel=post_6] .count")).hasText("2");
	}

	@Test
	void commentWhenItHoldsMarkupThenInertHoweverItCameToThePage() {
		String text = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>";
		Page page = site.open(browser.visitor(), "/posts/5");
		comment(page, text);
		assertThat(newestComment(page)).hasText(text);
		page.reload();
		assertThat(newestComment(page)).hasText(text);
		assertThat(page.locator(".comment img, .comment script")).hasCount(0);
		assertThat(page).hasTitle(Pattern.compile("An unpopular opinion.*"));
	}

	@Test
	void commentWhenRefusedThenSaysWhyAndKeepsTheText() {
		Page page = site.open(browser.visitor(), "/posts/5");
		page.locator("textarea").evaluate("area => area.removeAttribute('maxlength')");
		browser.consoleMayHold("status of 422");
		comment(page, "x".repeat(510));
		assertThat(page.locator(".fault")).hasText("That is a little long: please leave out 10 characters.");
		assertThat(page.locator("textarea")).hasValue("x".repeat(510));
		assertThat(page.locator("textarea")).isFocused();
		comment(page, "x");
		assertThat(newestComment(page)).hasText("x");
		assertThat(page.locator(".fault")).isEmpty();
	}

	@Test
	void pageWhenSomethingHappensBetweenRenderingAndConnectingThenShowsIt() {
		Page witness = site.open(browser.visitor(), "/posts/3");
		int comments = witness.locator(".comment").count();
		int score = Integer.parseInt(score(witness).textContent());
		Page page = browser.visitor().newPage();
		page.route("**/realtime/client.js", (route) -> {
			HttpVisitor other = site.visitor();
			other.post("/posts/3/comments", "text", "Just in between.");
			other.post("/posts/3/votes", "vote", "UP");
			route.resume();
		});
		page.navigate(site.url("/posts/3"));
		assertThat(newestComment(page)).hasText("Just in between.");
		assertThat(page.getByText("Just in between.")).hasCount(1);
		assertThat(page.locator(".comment")).hasCount(comments + 1);
		assertThat(score(page)).hasText("" + (score + 1));
	}

	@Test
	void pageWhenItShowsWhatIsSentAgainThenShowsItOnce() {
		HttpVisitor other = site.visitor();
		other.post("/posts/3/comments", "text", "Only once.");
		other.post("/posts/3/comments", "text", "And this after it.");
		Page page = browser.visitor().newPage();
		// as if both had been stored while the page was being rendered
		page.addInitScript("""
				document.addEventListener('readystatechange', () => {
				  if (document.readyState === 'interactive') document.querySelector('.post').dataset.offset -= 2;
				})""");
		page.navigate(site.url("/posts/3"));
		other.post("/posts/3/comments", "text", "And then a third.");
		assertThat(newestComment(page)).hasText("And then a third.");
		assertThat(page.getByText("Only once.")).hasCount(1);
		assertThat(page.getByText("And this after it.")).hasCount(1);
		assertThat(page.locator("h2 .count")).hasText("" + page.locator(".comment").count());
	}

	@Test
	void pageWhenThereIsNoJavaScriptThenFormsLeadBack() {
		Page page = browser.visitor(new NewContextOptions().setJavaScriptEnabled(false)).newPage();
		page.navigate(site.url("/posts/4"));
		int before = Integer.parseInt(score(page).textContent());
		button(page, "Vote up").click();
		assertThat(score(page)).hasText("" + (before + 1));
		assertThat(button(page, "Vote up")).hasAttribute("aria-pressed", "true");
		comment(page, "Written by hand.");
		assertThat(newestComment(page)).hasText("Written by hand.");
		assertThat(page).hasURL(site.url("/posts/4"));
		assertThat(page.locator(".status")).isHidden();
	}

	@Test
	void pageWhenUsedByKeyboardThenVotesAndComments() {
		Page page = site.open(browser.visitor(), "/");
		tabTo(page, "a:text-is('Describe the view from your desk')");
		page.keyboard().press("Enter");
		assertThat(page).hasURL(site.url("/posts/4"));
		assertThat(status(page)).hasText("Live");
		tabTo(page, "[data-vote=DOWN]");
		page.keyboard().press("Space");
		assertThat(button(page, "Vote down")).hasAttribute("aria-pressed", "true");
		assertThat(button(page, "Vote down")).isFocused();
		tabTo(page, "textarea");
		page.keyboard().type("Without a mouse.");
		tabTo(page, ".write button");
		page.keyboard().press("Enter");
		assertThat(newestComment(page)).hasText("Without a mouse.");
	}

	@Test
	void tickerWhenPageIsOpenThenGoesOnAndIsNotAnnounced() {
		Page page = site.open(browser.visitor(), "/how");
		String before = page.locator(".ticker time").textContent();
		assertThat(page.locator(".ticker time")).not().hasText(before);
		assertThat(page.locator(".ticker .windows")).not().hasText("0");
		assertThat(page.locator(".ticker [aria-live], [aria-live] .ticker")).hasCount(0);
	}

	@Test
	void pageWhenServerIsRestartedThenComesBackWithWhatWasMissed() {
		browser.consoleMayHold("net::ERR_|WebSocket connection to .* failed");
		Page page = site.open(browser.visitor(), "/posts/1");
		Page list = site.open(browser.visitor(), "/");
		comment(page, "Before the restart.");
		assertThat(newestComment(page)).hasText("Before the restart.");
		page.locator("textarea").fill("Half a thou");

		site.stop();
		assertThat(status(page)).hasText("Reconnecting…");
		assertThat(status(list)).hasText("Reconnecting…");
		site.start();
		HttpVisitor other = site.visitor();
		other.post("/posts/1/comments", "text", "While you were away.");
		other.post("/posts/1/votes", "vote", "DOWN");

		assertThat(status(page)).hasText("Live", RECONNECTED);
		assertThat(status(list)).hasText("Live", RECONNECTED);
		assertThat(newestComment(page)).hasText("While you were away.");
		assertThat(page.locator(".comment")).hasCount(4);
		assertThat(score(page)).hasText("41");
		assertThat(scoreInList(list, 1)).hasText("41");
		assertThat(list.locator("[data-channel=post_1] .count")).hasText("4");
		assertThat(page.locator("textarea")).hasValue("Half a thou");
		button(page, "Vote up").click();
		assertThat(score(page)).hasText("42");
		assertThat(scoreInList(list, 1)).hasText("42");
		comment(page, "And on it goes.");
		assertThat(newestComment(page)).hasText("And on it goes.");
		assertThat(page.locator(".comment")).hasCount(5);
	}

	@Test
	void pageWhenChangesAreToldInTheOtherOrderThenTheNewerOneCounts() {
		BrowserContext visitor = browser.visitor();
		Page page = site.open(visitor, "/posts/2");
		Page list = site.open(visitor, "/");
		String me = (String) page.evaluate("document.body.dataset.visitor");
		RealtimeTemplate realtime = site.bean(RealtimeTemplate.class);
		realtime.send("post_2", new PostService.Commented(new Comment(1002, "Somebody", "Later.", Instant.now()), 4));
		realtime.send("post_2", new PostService.Commented(new Comment(1001, me, "Earlier.", Instant.now()), 3));
		assertThat(page.getByText("Earlier.")).isVisible();
		assertThat(page.locator(".comment .text").nth(0)).hasText("Later.");
		assertThat(page.locator(".comment .text").nth(1)).hasText("Earlier.");
		assertThat(page.locator(".comment")).hasCount(4);
		assertThat(page.locator("h2 .count")).hasText("4");
		assertThat(list.locator("[data-channel=post_2] .count")).hasText("4");
	}

	@Test
	void pollWhenVotedInOneWindowThenTheBarsOfAllFollow() {
		BrowserContext visitor = browser.visitor();
		Page mine = site.open(visitor, "/poll");
		Page mineToo = site.open(visitor, "/poll");
		Page yours = site.open(browser.visitor(), "/poll");
		button(mine, "Fernanda").click();
		button(yours, "Morgan Treeman").click();
		for (Page page : List.of(mine, mineToo, yours)) {
			assertThat(button(page, "Fernanda")).containsText(Pattern.compile("1 vote\\s+50 %"));
			assertThat(button(page, "Morgan Treeman")).containsText(Pattern.compile("1 vote\\s+50 %"));
			assertThat(button(page, "Chloe Phyll")).containsText(Pattern.compile("0 votes\\s+0 %"));
		}
		button(mine, "Morgan Treeman").click();
		for (Page page : List.of(mine, mineToo, yours)) {
			assertThat(button(page, "Morgan Treeman")).containsText(Pattern.compile("2 votes\\s+100 %"));
			assertThat(button(page, "Morgan Treeman")).hasAttribute("aria-pressed", "true");
			assertThat(button(page, "Fernanda")).containsText(Pattern.compile("0 votes\\s+0 %"));
			assertThat(button(page, "Fernanda")).hasAttribute("aria-pressed", "false");
		}
		assertThat(yours.locator("#announcer")).containsText("Morgan Treeman: 2 votes.");
		// All of it is on the server, whatever the page was rendered with
		String state = site.bean(RealtimeTemplate.class).channel("poll").state().getAll().toString();
		assertThat(state).contains("Fernanda=0", "Morgan Treeman=2");
	}

	private static Locator status(Page page) {
		return page.locator(".status");
	}

	private static Locator score(Page page) {
		return page.locator(".votes .score");
	}

	private static Locator scoreInList(Page list, int post) {
		return list.locator("[data-channel=post_" + post + "] .score");
	}

	private static Locator newestComment(Page page) {
		return page.locator(".comment .text").first();
	}

	private static Locator button(Page page, String name) {
		return page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(Pattern.compile("^" + name)));
	}

	private static void comment(Page page, String text) {
		page.locator("textarea").fill(text);
		button(page, "Comment").click();
	}

	private static void tabTo(Page page, String selector) {
		for (int i = 0; i < 25; i++) {
			page.keyboard().press("Tab");
			if ((boolean) page.locator(selector).evaluate("element => element.matches(':focus-visible')")) {
				return;
			}
		}
		throw new AssertionError("No way by keyboard to " + selector);
	}

}
