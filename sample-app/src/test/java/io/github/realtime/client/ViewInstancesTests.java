package io.github.realtime.client;

import java.util.List;

import com.microsoft.playwright.Page;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RenderOptions;
import io.github.realtime.browser.Browser;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Live pages on two instances with one Redis.
 */
class ViewInstancesTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server();

	@RegisterExtension
	static final Server one = instance();

	@RegisterExtension
	static final Server other = instance();

	private static Server instance() {
		return new Server().with(ViewApplication.class).with("realtime.namespace=views").sharing(redis);
	}

	private static Page open(Server instance) {
		return ViewTests.open(browser.visitor(), instance.url("/page/one"));
	}

	/**
	 * What stands on the page is the same on both, as if it were in a database.
	 */
	private static void change(String text) {
		List.of(one, other).forEach((instance) -> instance.bean(ViewApplication.Pages.class).texts.put("one", text));
	}

	@Test
	void renderOnOneInstanceReachesThePagesOfTheOtherButForThoseLeftOut() {
		Page here = open(one);
		Page there = open(other);
		RealtimeTemplate realtime = one.bean(RealtimeTemplate.class);
		change("everybody");
		realtime.render("/page/one");
		assertThat(here.locator("#text")).hasText("everybody");
		assertThat(there.locator("#text")).hasText("everybody");
		String id = (String) there.evaluate("view.clientId");
		change("not there");
		realtime.render("/page/one", RenderOptions.defaults().exclude(id));
		assertThat(here.locator("#text")).hasText("not there");
		change("only there");
		realtime.render("/page/one", RenderOptions.defaults().include(id));
		assertThat(there.locator("#text")).hasText("only there");
		assertThat(here.locator("#text")).hasText("not there");
		assertThat(other.bean(ViewApplication.Pages.class).fetches("one")).isEqualTo(2);
		assertThat(one.bean(ViewApplication.Pages.class).fetches("one")).isEqualTo(2);
	}

	@Test
	void actionOnOneInstanceRefreshesThePagesOfTheOther() {
		Page here = open(one);
		Page there = open(other);
		other.bean(ViewApplication.Pages.class).texts.put("one", "by an action");
		here.evaluate("call('edit', { name: 'one', text: 'by an action' })");
		assertThat(here.locator("#text")).hasText("by an action");
		assertThat(there.locator("#text")).hasText("by an action");
	}

}
