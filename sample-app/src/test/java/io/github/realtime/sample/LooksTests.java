package io.github.realtime.sample;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.browser.Browser;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the pages look: the pictures are in {@code target/screenshots}.
 */
class LooksTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Site site = new Site();

	@ParameterizedTest
	@MethodSource
	void looksWhenWideOrNarrowLightOrDarkThenFitsAndIsKept(String name, String path, int width, ColorScheme scheme) {
		Page page = site.open(browser.visitor(new NewContextOptions().setViewportSize(width, 900)
			.setIsMobile(width < 600)
			.setHasTouch(width < 600)
			.setColorScheme(scheme)
			.setReducedMotion(ReducedMotion.REDUCE)), path);
		if (name.equals("chat")) {
			page = talk(page);
		}
		if (name.equals("board")) {
			paint(page);
		}
		if (name.equals("harvest")) {
			pick(page);
		}
		if (name.equals("poll")) {
			for (String option : List.of("Fernanda", "Fernanda", "Chloe Phyll", "Morgan Treeman", "Fernanda")) {
				site.visitor().post("/poll/votes", "option", option);
			}
			page.locator("[data-option='Morgan Treeman']").click();
			PlaywrightAssertions.assertThat(page.locator("[aria-pressed=true]")).hasCount(1);
		}
		assertThat((int) page.evaluate("document.scrollingElement.scrollWidth")).isLessThanOrEqualTo(width);
		page.screenshot(new ScreenshotOptions().setFullPage(true)
			.setPath(Path.of("target/screenshots",
					"%s-%d-%s.png".formatted(name, width, scheme.name().toLowerCase(Locale.ROOT)))));
	}

	/**
	 * A house under the sun.
	 */
	private static void paint(Page page) {
		site.bean(RealtimeTemplate.class).channel("board_1").state().change((change) -> {
			for (int i = 0; i < Board.SIZE * Board.SIZE; i++) {
				int x = i % Board.SIZE;
				int y = i / Board.SIZE;
				change.set(x + "," + y, new Pixel(colourAt(x, y), "Calm Crane", null, null));
			}
		});
		page.locator("canvas").click(new Locator.ClickOptions().setPosition(200, 260));
		PlaywrightAssertions.assertThat(page.locator("#undo")).isEnabled();
		PlaywrightAssertions.assertThat(page.locator(".where")).containsText("you painted this last.");
	}

	private static int colourAt(int x, int y) {
		if (y > 16 && y <= 28 && Math.abs(x - 30) < y - 13) {
			return 5;
		}
		if (x > 16 && x < 44 && y > 28 && y < 52) {
			return (x > 26 && x < 33 && y > 40) ? 6 : ((x / 4) % 3 == 2 && y > 32 && y < 38) ? 11 : 4;
		}
		return (Math.hypot(x - 52, y - 11) < 7) ? 8 : (y > 48) ? 10 : 0;
	}

	private static void pick(Page page) {
		for (int i = 0; i < 5; i++) {
			site.bean(Harvest.class).pick(Visitor.of(new UUID(i % 3, 7)));
		}
		page.locator(".pick button").click();
		PlaywrightAssertions.assertThat(page.locator(".board .mine")).isVisible();
	}

	private static Page talk(Page page) {
		Page ben = site.signIn(browser.visitor(), "ben");
		Page ann = site.signIn(page.context(), "ann");
		PlaywrightAssertions.assertThat(ann.locator(".people li")).hasCount(2);
		for (String text : List.of("Who takes the plant home over the holidays?", "I can water it on Tuesdays.")) {
			ben.locator("#text").fill(text);
			ben.locator("#say button").click();
			PlaywrightAssertions.assertThat(ann.locator(".room li").last()).containsText(text);
		}
		ann.locator("#text").fill("Perfect, then I take the rest.");
		ann.locator("#say button").click();
		ben.locator("select").selectOption("ann");
		ben.locator("#text").fill("It has been called Fernanda all along.");
		ben.locator("#say button").click();
		PlaywrightAssertions.assertThat(ann.locator(".whispers")).containsText("Fernanda");
		ben.getByText("Wave at ann").click();
		ben.locator("select").selectOption("");
		ben.locator("#text").pressSequentially("And");
		PlaywrightAssertions.assertThat(ann.locator(".typing")).hasText("ben is typing…");
		return ann;
	}

	static Stream<Arguments> looksWhenWideOrNarrowLightOrDarkThenFitsAndIsKept() {
		return Stream.of(new String[] { "posts", "/" }, new String[] { "post", "/posts/1" },
				new String[] { "empty", "/posts/6" }, new String[] { "poll", "/poll" },
				new String[] { "note", "/note/1" }, new String[] { "scoreboard", "/scoreboard" },
				new String[] { "board", "/board/1" }, new String[] { "harvest", "/harvest" },
				new String[] { "login", "/login" }, new String[] { "chat", "/login" }, new String[] { "how", "/how" })
			.flatMap((page) -> Stream.of(1280, 390)
				.flatMap((width) -> Stream.of(ColorScheme.LIGHT, ColorScheme.DARK)
					.map((scheme) -> Arguments.of(page[0], page[1], width, scheme))));
	}

}
