package io.github.realtime.client;

import java.util.List;

import com.microsoft.playwright.Page;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RenderOptions;
import io.github.realtime.browser.Browser;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.ConfigurableApplicationContext;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Live pages on two instances with one Redis.
 */
class ViewInstancesTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	private static RedisServer redis;

	private static ConfigurableApplicationContext one;

	private static ConfigurableApplicationContext other;

	@BeforeAll
	static void start() {
		redis = RedisServer.start();
		one = instance();
		other = instance();
	}

	private static ConfigurableApplicationContext instance() {
		return ClientApplication.builder(0)
			.sources(ViewApplication.class)
			.run("--spring.data.redis.url=" + redis.uri(), "--realtime.namespace=views");
	}

	@AfterAll
	static void stop() {
		one.close();
		other.close();
		redis.close();
	}

	private static Page open(ConfigurableApplicationContext instance) {
		String port = instance.getEnvironment().getRequiredProperty("local.server.port");
		return ViewTests.open(browser.visitor(), "http://localhost:" + port + "/page/one");
	}

	/**
	 * What stands on the page is the same on both, as if it were in a database.
	 */
	private static void change(String text) {
		List.of(one, other).forEach((instance) -> instance.getBean(ViewApplication.Pages.class).texts.put("one", text));
	}

	@Test
	void renderOnOneInstanceReachesThePagesOfTheOtherButForThoseLeftOut() {
		Page here = open(one);
		Page there = open(other);
		RealtimeTemplate realtime = one.getBean(RealtimeTemplate.class);
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
		assertThat(other.getBean(ViewApplication.Pages.class).fetches("one")).isEqualTo(2);
		assertThat(one.getBean(ViewApplication.Pages.class).fetches("one")).isEqualTo(2);
	}

	@Test
	void actionOnOneInstanceRefreshesThePagesOfTheOther() {
		Page here = open(one);
		Page there = open(other);
		other.getBean(ViewApplication.Pages.class).texts.put("one", "by an action");
		here.evaluate("call('edit', { name: 'one', text: 'by an action' })");
		assertThat(here.locator("#text")).hasText("by an action");
		assertThat(there.locator("#text")).hasText("by an action");
	}

}
