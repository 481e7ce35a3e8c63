package io.github.realtime.sample;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
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

	private ConfigurableApplicationContext application;

	private int port;

	@Override
	public void beforeAll(ExtensionContext context) {
		start();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		stop();
	}

	void start() {
		this.application = new SpringApplicationBuilder(SampleApplication.class).run("--server.port=" + this.port);
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
	 * Opens a window and waits until it is live.
	 */
	Page open(BrowserContext visitor, String path) {
		Page page = visitor.newPage();
		page.navigate(url(path));
		assertThat(page.locator(".status")).hasText("Live");
		return page;
	}

}
