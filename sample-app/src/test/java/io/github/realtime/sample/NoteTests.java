package io.github.realtime.sample;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import com.microsoft.playwright.Page;
import io.github.realtime.browser.Browser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pages that the server renders again: the note and the scoreboard.
 */
class NoteTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Site site = new Site();

	@Test
	void noteWhenSavedInOneWindowThenIsFreshInAllForEachVisitor() {
		Page mine = open("/note/1");
		Page yours = open("/note/1");
		Page other = open("/note/2");
		String me = mine.locator("footer b").textContent();
		String you = yours.locator("footer b").textContent();
		yours.locator("#text").fill("half a thou");
		yours.locator("#text").focus();
		mine.locator("#text").fill("Buy cheese");
		mine.locator("button").click();
		for (Page page : List.of(mine, yours)) {
			assertThat(page.locator(".note .text")).hasText("Buy cheese");
			assertThat(page.locator(".edits")).hasText("1");
			assertThat(page.locator(".status")).hasText("Live");
		}
		assertThat(yours.locator("#text")).hasValue("half a thou");
		assertThat(yours.locator("#text")).isFocused();
		assertThat(mine.locator("#text")).hasValue("Buy cheese");
		assertThat(mine.locator("footer b")).hasText(me);
		assertThat(yours.locator("footer b")).hasText(you);
		assertThat(other.locator(".note .text")).not().hasText("Buy cheese");
	}

	@Test
	void noteWhenItSaysNothingThenIsRefusedWithTheReason() {
		Page page = open("/note/3");
		page.locator("#text").fill("   ");
		page.locator("button").click();
		assertThat(page.locator(".fault")).hasText("'text' must not be blank");
		assertThat(page.locator(".edits")).hasText("0");
	}

	@Test
	void noteWhenSavedWithoutJavaScriptThenIsFreshInOpenWindows() {
		Page page = open("/note/4");
		HttpResponse<String> response = site.visitor().post("/note/4", "text", "By hand");
		assertThat(response.body()).contains("By hand");
		assertThat(page.locator(".note .text")).hasText("By hand");
		assertThat(site.visitor().post("/note/4", "text", " ").statusCode()).isEqualTo(422);
		assertThat(site.visitor().get("/note/10").statusCode()).isEqualTo(404);
	}

	@Test
	void scoreboardWhenSomebodyVotesThenIsPushed() {
		Page board = open("/scoreboard");
		List<String> fetched = new ArrayList<>();
		board.onRequest((request) -> fetched.add(request.url()));
		Page post = site.open(browser.visitor(), "/posts/6");
		int score = Integer.parseInt(post.locator(".score").textContent());
		post.locator("[data-vote=UP]").click();
		assertThat(board.locator("li:has([href='/posts/6']) .score")).hasText("" + (score + 1));
		assertThat(fetched).isEmpty();
	}

	private static Page open(String path) {
		Page page = site.open(browser.visitor(), path);
		// Its channel, too
		page.waitForFunction(
				"""
						() => import('/realtime/reconnecting-session.js').then(({ session }) => session.subscriptions.get(location.pathname)?.subscribed)""");
		return page;
	}

}
