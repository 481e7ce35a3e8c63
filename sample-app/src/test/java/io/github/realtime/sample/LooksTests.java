package io.github.realtime.sample;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
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
			page = site.signIn(page.context(), "ann");
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
