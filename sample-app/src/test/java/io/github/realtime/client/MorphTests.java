package io.github.realtime.client;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.microsoft.playwright.Page;
import io.github.realtime.browser.Browser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a person is doing while a page becomes fresh.
 */
class MorphTests {

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

	/**
	 * Opens a page with this on it.
	 */
	private Page open(Function<String, String> body) {
		this.pages.bodies.put("one", body);
		return ViewTests.open(browser.visitor(), server.url("/page/one"));
	}

	/**
	 * Changes the page, and waits until that shows.
	 */
	private void change(Page page, String text) {
		this.pages.change("one", text);
		assertThat(page.locator("#text")).hasText(text);
	}

	@Test
	void pageWhenSomebodyTypesSelectsWatchesAndScrollsDuring50RendersThenNothingOfThatIsDisturbed() {
		Page page = open((text) -> """
				<input id="field" style="position: fixed"><p>before the text <b>that is selected</b> and behind it</p>
				<video id="video" muted loop width="160" height="120"></video>
				<div id="list" style="height: 100px; overflow: auto">%s</div>
				<p class="fresh">%s</p>""".formatted(lines(100, "row"), text) + lines(200, "line"));
		page.evaluate(
				"""
						(() => {
							// A moving picture without a file
							const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 120 });
							const context = canvas.getContext('2d');
							setInterval(() => {
								context.fillStyle = `hsl(${Date.now() % 360} 50% 50%)`;
								context.fillRect(0, 0, 160, 120);
							}, 40);
							const video = document.querySelector('#video');
							video.srcObject = canvas.captureStream();
							window.video = video;
							window.paused = 0;
							window.blurred = 0;
							for (const event of ['pause', 'emptied', 'ended']) video.addEventListener(event, () => window.paused++);
							document.querySelector('#field').addEventListener('blur', () => window.blurred++);
							return video.play();
						})()""");
		page.waitForFunction("() => video.currentTime > 0.1");
		page.evaluate("document.querySelector('#list').scrollTop = 700");
		page.evaluate("scrollTo(0, 900)");
		page.locator("#field").evaluate("(field) => field.focus({ preventScroll: true })");
		Object before = page.evaluate("[scrollY, document.querySelector('#list').scrollTop]");
		String typed = "";
		for (int n = 1; n <= 50; n++) {
			this.pages.change("one", "change " + n);
			page.keyboard().insertText("x");
			typed += "x";
			if (n % 10 == 0) {
				assertThat(page.locator(".fresh")).hasText("change " + n);
			}
			if (n == 25) {
				// In the midst of what is there
				page.locator("#field").evaluate("(field) => field.setSelectionRange(2, 5)");
				page.keyboard().insertText("yy");
				typed = "xxyy" + typed.substring(5);
				assertThat(page.locator("#field").inputValue()).isEqualTo(typed);
				page.locator("#field").evaluate("(field) => field.setSelectionRange(999, 999)");
			}
		}
		assertThat(page.locator(".fresh")).hasText("change 50");
		assertThat(page.title()).isEqualTo("one");
		assertThat(page.locator("#field").inputValue()).isEqualTo(typed);
		assertThat(page.evaluate("document.activeElement.id")).isEqualTo("field");
		assertThat(page.evaluate("[field.selectionStart, field.selectionEnd]"))
			.isEqualTo(List.of(typed.length(), typed.length()));
		assertThat(page.evaluate("[scrollY, document.querySelector('#list').scrollTop]")).isEqualTo(before);
		assertThat(page.evaluate("[paused, blurred, video === document.querySelector('#video'), video.paused]"))
			.isEqualTo(List.of(0, 0, true, false));
		assertThat(this.pages.fetches("one")).isGreaterThanOrEqualTo(5);
	}

	@Test
	void textWhenSelectedThenStaysSelected() {
		Page page = open((text) -> "<p>before <b id='part'>what is selected</b> and behind</p><p class='fresh'>%s</p>"
			.formatted(text));
		page.evaluate("getSelection().selectAllChildren(document.querySelector('#part'))");
		for (int n = 1; n <= 50; n++) {
			this.pages.change("one", "change " + n);
			if (n % 10 == 0) {
				assertThat(page.locator(".fresh")).hasText("change " + n);
			}
		}
		assertThat(page.evaluate("getSelection().toString()")).isEqualTo("what is selected");
	}

	@Test
	void fieldsWhenSomebodyHasChangedThemThenKeepThatAndOthersBecomeFresh() {
		Page page = open(
				(text) -> """
						<form><input id="typed" value="%1$s"><input id="clean" value="%1$s"><input id="hidden" type="hidden" value="%1$s">
						<textarea id="area">%1$s</textarea><textarea id="cleanArea">%1$s</textarea>
						<input id="checked" type="checkbox"><input id="cleanCheck" type="checkbox" %2$s>
						<input id="radio1" type="radio" name="r" %6$s><label><input id="radio2" type="radio" name="r"></label>
						<input id="radio3" type="radio" name="r" %2$s>
						<select id="chosen"><option>a<option>b<option>c</select>
						<select id="cleanSelect"><option>a<option %3$s>b</select>
						<select id="grown">%4$s<option>x<option>y</select>
						<input id="range" type="range" value="%5$s"><div id="editable" contenteditable>%1$s</div></form>"""
					.formatted(text, text.equals("fresh") ? "checked" : "", text.equals("fresh") ? "selected" : "",
							text.equals("fresh") ? "<option>new" : "", text.equals("fresh") ? "30" : "20",
							text.equals("fresh") ? "" : "checked"));
		page.fill("#typed", "mine");
		page.fill("#area", "mine, too");
		page.check("#checked");
		page.check("#radio2");
		page.selectOption("#chosen", "b");
		page.selectOption("#grown", "y");
		page.locator("#editable").focus();
		page.keyboard().insertText("edited ");
		change(page, "fresh");
		assertThat(page.locator("#typed")).hasValue("mine");
		assertThat(page.locator("#area")).hasValue("mine, too");
		assertThat(page.locator("#checked")).isChecked();
		assertThat(page.locator("#radio2")).isChecked();
		assertThat(page.locator("#chosen")).hasValue("b");
		assertThat(page.locator("#grown")).hasValue("y");
		assertThat(page.locator("#editable")).containsText("edited");
		assertThat(page.locator("#clean")).hasValue("fresh");
		assertThat(page.locator("#hidden")).hasValue("fresh");
		assertThat(page.locator("#cleanArea")).hasValue("fresh");
		assertThat(page.locator("#cleanCheck")).isChecked();
		assertThat(page.locator("#cleanSelect")).hasValue("b");
		assertThat(page.locator("#range")).hasValue("30");
	}

	@Test
	void fieldWhenTheServerHasWhatWasTypedThenIsTheServersAgain() {
		Page page = open("<input id='field' value='%s'><button>elsewhere</button>"::formatted);
		page.fill("#field", "saved");
		page.locator("button").focus();
		change(page, "saved");
		change(page, "changed by another");
		assertThat(page.locator("#field")).hasValue("changed by another");
	}

	@Test
	void fieldWhenSomebodyIsInItThenBecomesFreshOnceItIsLeft() {
		Page page = open("<input id='field' value='%s'><button>elsewhere</button>"::formatted);
		page.locator("#field").focus();
		page.locator("#field").evaluate("(field) => field.setSelectionRange(2, 4)");
		change(page, "fresh");
		assertThat(page.locator("#field")).hasValue("nothing");
		assertThat(page.evaluate("[field.selectionStart, field.selectionEnd]")).isEqualTo(List.of(2, 4));
		page.locator("button").focus();
		assertThat(page.locator("#field")).hasValue("fresh");
	}

	@Test
	void buttonWhenItHasTheFocusThenKeepsItAndBecomesFresh() {
		Page page = open("<button>%s</button>"::formatted);
		page.locator("button").focus();
		change(page, "fresh");
		assertThat(page.locator("button")).hasText("fresh");
		assertThat(page.locator("button")).isFocused();
	}

	@Test
	void whatIsOpenedPreservedOrPutThereByScriptsStays() {
		Page page = open(
				(text) -> """
						<details id="details"><summary>%1$s</summary>hidden</details><dialog id="dialog">%1$s</dialog>
						<div id="chart" data-realtime-preserve>%1$s</div>%2$s<p class="fresh">%1$s</p><noscript><p>none</p></noscript>"""
					.formatted(text, text.equals("fresh") ? "" : "<aside data-realtime-preserve>stays</aside>"));
		page.click("summary");
		page.evaluate(
				"""
						(() => {
							document.querySelector('#dialog').show();
							document.querySelector('#chart').innerHTML = '<canvas></canvas>';
							document.documentElement.dataset.theme = 'dark';
							document.head.append(Object.assign(document.createElement('style'), { id: 'own', textContent: 'p {}' }));
						})()""");
		change(page, "fresh");
		assertThat(page.locator(".fresh")).hasText("fresh");
		assertThat(page.locator("summary")).hasText("fresh");
		assertThat(page.evaluate("[details.open, dialog.open, !!document.querySelector('#chart canvas')]"))
			.isEqualTo(List.of(true, true, true));
		assertThat(page.locator("aside")).hasText("stays");
		assertThat(page.evaluate("document.documentElement.dataset.theme")).isEqualTo("dark");
		assertThat(page.locator("#own")).hasCount(1);
		assertThat(page.evaluate("document.querySelectorAll('script').length")).isEqualTo(1);
		page.click("summary");
		change(page, "closed");
		assertThat(page.evaluate("details.open")).isEqualTo(false);
	}

	@Test
	void listWhenItIsReorderedThenItsItemsStayWhoTheyAre() {
		Page page = open((text) -> IntStream.range(0, 10)
			.map((n) -> text.equals("fresh") ? 9 - n : n)
			.mapToObj("<li id='item%1$s'><input id='of%1$s'>%1$s</li>"::formatted)
			.collect(Collectors.joining("", "<ul>", "</ul>")));
		page.fill("#of7", "typed");
		change(page, "fresh");
		assertThat(page.locator("li").first()).hasId("item9");
		assertThat(page.locator("#item7 input")).hasValue("typed");
		assertThat(page.locator("#of7")).isFocused();
	}

	private static String lines(int count, String name) {
		return IntStream.range(0, count).mapToObj((n) -> "<p>" + name + " " + n + "</p>").collect(Collectors.joining());
	}

}
