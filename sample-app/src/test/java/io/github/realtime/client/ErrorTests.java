package io.github.realtime.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.realtime.InvalidChannelException;
import io.github.realtime.browser.Browser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What a page is told when it can't have what it asks for.
 */
class ErrorTests {

	private static final Path NAMES = Path.of("../realtime-client/test/channel-names.json");

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Server server = new Server();

	@Test
	@SuppressWarnings("unchecked")
	void connectWhenNameIsBadThenThrowsWhatTheServerWouldSay() throws IOException {
		ClientPage page = ClientPage.open(browser.visitor(), server.url());
		page.connected("other", "post_1");
		String names = Files.readString(NAMES);
		List<String> expected = new ArrayList<>();
		for (JsonNode entry : new JsonMapper().readTree(names)) {
			if (entry.get("name").isString()) {
				InvalidChannelException fault = catchThrowableOfType(InvalidChannelException.class,
						() -> server.realtime().channel(entry.get("name").stringValue()));
				expected.add((fault != null) ? fault.getMessage() : "none");
			}
		}
		List<String> thrown = (List<String>) page.page().evaluate("""
				(names) => JSON.parse(names).filter(({ name }) => typeof name === 'string').map(({ name }) => {
					try {
						connect('it', name);
						connections.it.disconnect();
						return 'none';
					}
					catch (error) {
						return error.message;
					}
				})""", names);
		assertThat(expected).contains("none", "Invalid channel name \"\": it is empty");
		assertThat(thrown).isEqualTo(expected);
	}

	@Test
	void channelWhenRefusedThenEndsAndLeavesTheOthers() {
		ClientPage page = ClientPage.open(browser.visitor(), server.url());
		page.evaluate("['post_1', 'secret_1', 'post_2'].forEach((channel) => connect(channel, channel))");
		page.awaitLog("secret_1", "error forbidden");
		page.awaitLog("post_1", "connect");
		page.awaitLog("post_2", "connect");
		assertThat(page.status("secret_1")).isEqualTo("disconnected");
		page.connect("again", "secret_1");
		page.awaitLog("again", "error forbidden");
		server.send("secret_1", "secret");
		server.send("post_1", "one");
		server.send("post_2", "two");
		page.awaitLog("post_1", "connect", "one");
		page.awaitLog("post_2", "connect", "two");
		page.awaitLog("secret_1", "error forbidden");
		assertThat(page.sockets()).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "4400, bad-request", "4401, unauthenticated", "4403, forbidden", "4409, taken-over" })
	void pageWhenClosedForGoodThenTriesNoMoreUntilItConnectsAnew(int code, String error) throws IOException {
		ClientPage page = ClientPage.of(browser.visitor().newPage());
		page.page().clock().install();
		page.page().navigate(server.url());
		page.evaluate("realtime.configureRealtime({ url: '/closing' })");
		page.connected("one", "post_1");
		page.connected("two", "post_2");
		server.bean(ClientApplication.ClosingEndpoint.class).close(code);
		ClientPage.await(() -> assertThat(page.log("one")).contains("disconnect"));
		page.page().clock().runFor(600_000);
		page.awaitLog("one", "connect", "disconnect", "error " + error);
		page.awaitLog("two", "connect", "disconnect", "error " + error);
		assertThat(page.sockets()).hasSize(1);
		page.connected("again", "post_1");
		assertThat(page.sockets()).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1000, 1001, 1009, 1011, 1012, 4408, 4429, 4503 })
	void pageWhenClosedOtherwiseThenComesBack(int code) throws IOException {
		ClientPage page = ClientPage.open(browser.visitor(), server.url());
		page.evaluate("realtime.configureRealtime({ url: '/closing' })");
		page.connected("one", "post_1");
		server.bean(ClientApplication.ClosingEndpoint.class).close(code);
		page.awaitLog("one", "connect", "disconnect", "connect");
		assertThat(page.sockets()).hasSize(2);
	}

	@Test
	void handlerWhenItThrowsThenIsReportedAndKeepsNothingFromTheOthers() {
		browser.consoleMayHold("handler of \\w+");
		ClientPage page = ClientPage.of(browser.visitor().newPage());
		List<String> reported = new ArrayList<>();
		page.page().onPageError(reported::add);
		page.page().navigate(server.url());
		page.evaluate("""
				{
					const fail = (name) => () => { throw new Error(`handler of ${name}`); };
					connect('bad', 'post_1', { onConnect: fail('connect'), onMessage: fail('message') });
					connect('good', 'post_1');
				}""");
		page.awaitLog("good", "connect");
		server.send("post_1", 1, 2);
		page.awaitLog("good", "connect", 1, 2);
		ClientPage.await(() -> {
			page.evaluate("0");
			assertThat(reported).hasSize(3);
		});
		assertThat(reported.get(0)).contains("handler of connect");
		assertThat(reported.subList(1, 3)).allMatch((error) -> error.contains("handler of message"));
		assertThat(page.status("bad")).isEqualTo("connected");
	}

}
