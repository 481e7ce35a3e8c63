package io.github.realtime.client;

import java.util.List;

import io.github.realtime.browser.Browser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who is on a channel, and what pages send to it, in a browser.
 */
class PresenceTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Server server = new Server().with("realtime.presence.grace=1h");

	private static void watch(ClientPage page) {
		page.evaluate("""
				() => {
				  window.log = [];
				  window.watched = realtime.connectRealtime({
				    channel: 'lobby',
				    onMessage: (data) => log.push(`heard ${data}`),
				    onPresence: (members, { type, count }) => log.push(`${type} ${members.length} ${count}`),
				  });
				}""");
	}

	private static void awaitLog(ClientPage page, String... entries) {
		ClientPage.await(() -> assertThat(page.evaluate("log")).isEqualTo(List.of(entries)));
	}

	@Test
	void pagesWhenOthersComeReloadAndLeaveThenAreToldOfThoseWhoComeAndLeave() {
		ClientPage one = ClientPage.open(browser.visitor(), server.url());
		watch(one);
		awaitLog(one, "list 1 1");
		ClientPage other = ClientPage.open(browser.visitor(), server.url());
		watch(other);
		awaitLog(other, "list 2 2");
		awaitLog(one, "list 1 1", "join 2 2");
		other.page().reload();
		other.page().waitForFunction("window.realtime");
		watch(other);
		awaitLog(other, "list 2 2");
		assertThat(other.evaluate("realtime.publish('lobby', 'hello').then((offset) => offset)")).isEqualTo(1);
		awaitLog(other, "list 2 2", "heard hello");
		awaitLog(one, "list 1 1", "join 2 2", "heard hello");
		other.evaluate("watched.disconnect()");
		awaitLog(one, "list 1 1", "join 2 2", "heard hello", "leave 1 1");
		assertThat(server.realtime().channel("lobby").presence().count()).isEqualTo(1);
	}

}
