package io.github.realtime.sample;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

/**
 * The running sample, which tests can stop and start again where it was.
 */
class Site implements BeforeAllCallback, AfterAllCallback {

	private final String[] properties;

	private ConfigurableApplicationContext application;

	private int port;

	Site(String... properties) {
		this.properties = properties;
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		start();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		stop();
	}

	void start() {
		this.application = new SpringApplicationBuilder(SampleApplication.class)
			.run(Stream.concat(Stream.of("--server.port=" + this.port), Stream.of(this.properties))
				.toArray(String[]::new));
		this.port = this.application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	void stop() {
		this.application.close();
	}

	<T> T bean(Class<T> type) {
		return this.application.getBean(type);
	}

	String url(String path) {
		return "http://localhost:" + this.port + path;
	}

	/**
	 * Somebody who is not in a browser.
	 */
	HttpVisitor visitor() {
		return new HttpVisitor(this.port);
	}

	/**
	 * Gives a visitor a name that others do not have by chance.
	 */
	BrowserContext named(String seed, BrowserContext visitor) {
		String id = UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)).toString();
		visitor.addCookies(List.of(new Cookie("visitor", id).setUrl(url("/"))));
		return visitor;
	}

	/**
	 * Somebody who paints without a browser.
	 */
	Painter painter(String channel) {
		return Painter.on(channel, this.port);
	}

	/**
	 * Signs in, and is on the page of the chat.
	 */
	Page signIn(BrowserContext visitor, String user) {
		return signIn(open(visitor, "/chat"), user);
	}

	/**
	 * Signs in on a page that asks for it.
	 */
	static Page signIn(Page page, String user) {
		page.locator("#username").fill(user);
		page.locator("#password")
			.fill(SignIn.ACCOUNTS.stream()
				.filter((account) -> account.name().equals(user))
				.findFirst()
				.orElseThrow()
				.password());
		page.locator(".sign-in button").click();
		assertThat(page).hasURL(Pattern.compile(".*/chat(\\?continue)?"));
		assertThat(page.locator(".status")).hasText("Live");
		return page;
	}

	/**
	 * Opens a window and waits until it is live.
	 */
	Page open(BrowserContext visitor, String path) {
		Page page = visitor.newPage();
		page.navigate(url(path));
		assertThat(page.locator(".status")).hasText("Live");
		return page;
	}

}
