package io.github.realtime.sample;

import java.util.List;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.github.realtime.browser.Browser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Signing in, and what only those who have may see.
 */
class ChatTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Site site = new Site("--realtime.presence.grace=100ms");

	@Test
	void chatWhenTwoTalkThenBothSeeWhatIsSaidAndByWhom() {
		Page ann = site.signIn(browser.visitor(), "ann");
		Page ben = site.signIn(browser.visitor(), "ben");
		assertThat(people(ann)).hasText(new String[] { "a ann (you)", "b Wave at ben" });
		assertThat(people(ben)).hasText(new String[] { "a Wave at ann", "b ben (you)" });
		say(ann, "Tea at <b>four</b>?");
		assertThat(lines(ben).last()).hasText("ann Tea at <b>four</b>?");
		say(ben, "At four.");
		for (Page page : List.of(ann, ben)) {
			assertThat(lines(page).last()).hasText("ben At four.");
			assertThat(lines(page).locator(".text").getByText("Tea at <b>four</b>?")).hasCount(1);
		}
		assertThat(ann.locator(".room .mine .text").last()).hasText("Tea at <b>four</b>?");
		assertThat(ben.locator(".room .mine .text").last()).hasText("At four.");
		assertThat(ann.locator("#text")).hasValue("");
		String said = String.join("\n", lines(ann).allInnerTexts());
		ann.reload();
		assertThat(ann.locator(".status")).hasText("Live");
		assertThat(String.join("\n", lines(ann).allInnerTexts())).isEqualTo(said);
	}

	@Test
	void chatWhenSomebodyComesAndGoesThenTheirAvatarDoes() {
		Page ann = site.signIn(browser.visitor(), "ann");
		BrowserContext visitor = browser.visitor();
		Page ben = site.signIn(visitor, "ben");
		Page again = site.open(visitor, "/chat");
		assertThat(people(ann)).hasCount(2);
		ben.close();
		assertThat(people(again)).hasCount(2);
		assertThat(people(ann)).hasCount(2);
		again.close();
		assertThat(people(ann)).hasText(new String[] { "a ann (you)" });
	}

	@Test
	void chatWhenSomebodyTypesThenTheOtherSeesItUntilItIsSaid() {
		Page ann = site.signIn(browser.visitor(), "ann");
		Page ben = site.signIn(browser.visitor(), "ben");
		assertThat(people(ben)).hasCount(2);
		ann.locator("#text").pressSequentially("Well");
		assertThat(ben.locator(".typing")).hasText("ann is typing…");
		assertThat(ann.locator(".typing")).isEmpty();
		say(ann, "Well, well.");
		assertThat(lines(ben).last()).hasText("ann Well, well.");
		assertThat(ben.locator(".typing")).isEmpty();
	}

	@Test
	void chatWhenAPagePublishesAnotherNameThenTheAuthorIsWhoItIs() {
		Page ann = site.signIn(browser.visitor(), "ann");
		Page ben = site.signIn(browser.visitor(), "ben");
		publish(ann, "{ text: 'I am ben.', author: 'ben', from: 'ben', user: 'ben' }");
		publish(ann, "null");
		publish(ann, "{ text: { no: 'text' } }");
		assertThat(lines(ben).last()).hasText("ann I am ben.");
		say(ann, "And on it goes.");
		assertThat(lines(ben).last()).hasText("ann And on it goes.");
		ben.reload();
		assertThat(lines(ben).locator(".author").last()).hasText("ann");
	}

	@Test
	void whisperWhenToOneThenOnlyTheTwoSeeItAndMayNotReadEachOthers() {
		Page ann = site.signIn(browser.visitor(), "ann");
		Page ben = site.signIn(browser.visitor(), "ben");
		ann.locator("select").selectOption("ben");
		say(ann, "Between us.");
		for (Page page : List.of(ann, ben)) {
			assertThat(page.locator(".whispers li").last()).hasText("ann ben Between us.");
			assertThat(lines(page).getByText("Between us.")).hasCount(0);
			page.reload();
			assertThat(page.locator(".whispers li").last()).hasText("ann ben Between us.");
		}
		assertThat(outcome(ann, "connectRealtime({ channel: 'private_ben' }).ready")).isEqualTo("forbidden");
		assertThat(outcome(ann, "connectRealtime({ channel: 'private_ann' }).ready")).isEqualTo("done");
		assertThat(outcome(ann, "publish('private_ben', {})")).isEqualTo("forbidden");
		assertThat(outcome(ann, "call('chat.whisper', { to: 'carl', text: 'Hello' })")).isEqualTo("invalid-data");
	}

	@Test
	void waveWhenToOneThenIsToldThere() {
		Page ann = site.signIn(browser.visitor(), "ann");
		Page ben = site.signIn(browser.visitor(), "ben");
		ann.getByText("Wave at ben").click();
		assertThat(ben.locator(".notice")).hasText("ann waves at you.");
		assertThat(ann.locator(".notice")).hasText("You wave at ben.");
	}

	@Test
	void visitorWhenNotSignedInThenGetsNothingOfTheChat() {
		Page ann = site.signIn(browser.visitor(), "ann");
		Page visitor = site.open(browser.visitor(), "/");
		for (String channel : List.of("chat", "typing", "private_ann")) {
			assertThat(outcome(visitor, "connectRealtime({ channel: '" + channel + "' }).ready")).as(channel)
				.isEqualTo("forbidden");
			assertThat(outcome(visitor, "publish('" + channel + "', { text: 'Hello' })")).as(channel)
				.isEqualTo("forbidden");
		}
		assertThat(outcome(visitor, "call('chat.wave', { to: 'ann' })")).isEqualTo("forbidden");
		assertThat(outcome(visitor, "syncedState({ channel: 'chat', key: 'k' }).set(1)")).isEqualTo("forbidden");
		say(ann, "Nobody listens.");
		visitor.navigate(site.url("/chat"));
		assertThat(visitor).hasURL(site.url("/login"));
		assertThat(visitor.getByText("Nobody listens.")).hasCount(0);
		assertThat(visitor.locator(".status")).hasText("Live");
	}

	@Test
	void signInWhenThePasswordIsWrongThenSaysSo() {
		Page page = site.open(browser.visitor(), "/login");
		page.locator("#username").fill("ann");
		page.locator("#password").fill("green-lamp");
		page.locator(".sign-in button").click();
		assertThat(page.locator(".fault")).hasText("That is not one of the two accounts.");
		assertThat(page.locator(".status")).hasText("Live");
	}

	@Test
	void signOutWhenThereIsAnotherWindowThenThatIsSignedOutToo() {
		BrowserContext visitor = browser.visitor();
		Page chat = site.signIn(visitor, "ben");
		Page posts = site.open(visitor, "/");
		assertThat(posts.locator(".account b")).hasText("ben");
		posts.locator(".account button").click();
		assertThat(posts.locator(".account")).hasText("Sign in");
		assertThat(posts.locator(".status")).hasText("Live");
		assertThat(chat).hasURL(site.url("/login"));
		assertThat(chat.locator(".status")).hasText("Live");
	}

	@Test
	void formWhenItComesFromElsewhereThenIsRefused() {
		HttpVisitor visitor = site.visitor();
		assertThat(visitor.postWith("forged", "/posts/1/votes", "vote", "UP").statusCode()).isEqualTo(403);
		assertThat(visitor.post("/posts/1/votes", "vote", "UP").statusCode()).isEqualTo(200);
	}

	@Test
	void pageWhenServedThenRunsNoScriptButItsOwn() {
		assertThat(site.visitor().get("/").headers().firstValue("Content-Security-Policy").orElseThrow())
			.contains("default-src 'self'")
			.doesNotContain("script-src", "unsafe-eval");
	}

	private static Locator people(Page page) {
		return page.locator(".people li");
	}

	private static Locator lines(Page page) {
		return page.locator(".room .lines li");
	}

	private static void say(Page page, String text) {
		page.locator("#text").fill(text);
		page.locator("#say button").click();
	}

	private static void publish(Page page, String data) {
		assertThat(outcome(page, "publish('chat', " + data + ")")).isEqualTo("done");
	}

	/**
	 * What becomes of a promise: {@code done}, or the code of the error.
	 */
	private static Object outcome(Page page, String promise) {
		return page.evaluate("""
				() => import('/realtime/client.js').then(({ call, connectRealtime, publish, syncedState }) =>
				  %s.then(() => 'done', (error) => error.code))""".formatted(promise));
	}

}
