package io.github.realtime.client;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.microsoft.playwright.Page;
import io.github.realtime.browser.Browser;
import io.github.realtime.testing.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls of actions, from pages in a browser.
 */
class CallTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Server server = new Server().with(ViewApplication.class);

	private final ViewApplication.Pages pages = server.bean(ViewApplication.Pages.class);

	private final ViewApplication.Actions actions = server.bean(ViewApplication.Actions.class);

	@BeforeEach
	void clear() {
		ClientPage.await(() -> assertThat(server.hub().clientCount()).isZero());
		this.pages.clear();
	}

	@AfterEach
	void letGo() {
		this.actions.gate.release(2000);
		ClientPage.await(() -> assertThat(this.actions.gate.hasQueuedThreads()).isFalse());
		this.actions.gate.drainPermits();
	}

	private static Page open(String path) {
		return ViewTests.open(browser.visitor(), server.url(path));
	}

	@Test
	void actionAnswersTheCallerWhosePageIsFreshTooAndRefreshesTheOthers() {
		Page caller = open("/page/one");
		Page other = open("/page/one");
		assertThat(caller.evaluate("call('edit', { name: 'one', text: 'by an action' })")).isEqualTo("edited one");
		assertThat(caller.locator("#text")).hasText("by an action");
		assertThat(other.locator("#text")).hasText("by an action");
		ClientPage.await(() -> assertThat(this.pages.fetches("one")).isEqualTo(2));
	}

	@Test
	void actionThatThrowsRejectsAndLeavesTheOthersAlone() {
		Page caller = open("/page/one");
		Page other = open("/page/one");
		assertThat(caller.evaluate("outcome(call('refuse', { name: 'one', text: 'x' }))"))
			.isEqualTo(Map.of("code", "refused-by-rule", "message", "Not today"));
		assertThat(server.realtime().channel("/page/one").position().offset()).isZero();
		// Behind what there might have been before
		this.pages.change("one", "a change");
		assertThat(other.locator("#text")).hasText("a change");
		assertThat(caller.locator("#text")).hasText("a change");
		assertThat(this.pages.fetches("one")).isEqualTo(2);
	}

	@Test
	void callWhenTheSocketIsCutThenRejects() {
		browser.consoleMayHold("net::ERR_|WebSocket connection to .* failed");
		try (TcpProxy proxy = TcpProxy.to(server.port())) {
			Page page = ViewTests.open(browser.visitor(), proxy.url() + "page/one");
			page.evaluate("void (window.waiting = outcome(call('wait')))");
			ClientPage.await(() -> assertThat(this.actions.gate.hasQueuedThreads()).isTrue());
			proxy.cut();
			assertThat(page.evaluate("waiting")).isEqualTo(Map.of("code", "disconnected", "message",
					"The connection was lost, and whether this was done is unknown"));
			page.waitForFunction("() => view.status === 'connected'");
			assertThat(page.evaluate("call('echo', 3)")).isEqualTo(3);
			page.close();
		}
	}

	@Test
	void callsWhen20AtOnceThenEachGetsItsOwnAnswer() {
		assertThat(open("/page/one").evaluate("Promise.all([...Array(20).keys()].map((n) => call('echo', n)))"))
			.isEqualTo(IntStream.range(0, 20).boxed().toList());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			'edit', 7            | invalid-data | The data is not of the expected type
			'edit'               | invalid-data | This action needs data
			'edit', { text: [] } | invalid-data | 'text' is not of the expected type
			'echo', 'x'          | invalid-data | The data is not of the expected type
			'unknown', 1         | forbidden    | There is no such action
			'', 1                | forbidden    | There is no such action
			""")
	void callThatIsNoneRejectsWithAClearError(String arguments, String code, String message) {
		Page page = open("/page/one");
		assertThat(page.evaluate("outcome(call(" + arguments + "))"))
			.isEqualTo(Map.of("code", code, "message", message));
		assertThat(page.evaluate("call('echo', 3)")).isEqualTo(3);
	}

	@Test
	void actionThatTakesAMinuteHoldsUpNobodyAndItsCallerGivesUp() {
		Page page = open("/page/one");
		assertThat(page.evaluate("outcome(call('wait', null, { timeout: 200 }))"))
			.isEqualTo(Map.of("code", "timeout", "message", "No answer within 0.2 s"));
		assertThat(page.evaluate("call('echo', 3)")).isEqualTo(3);
		assertThat(this.actions.gate.hasQueuedThreads()).isTrue();
	}

	@Test
	void actionThatRendersItsOwnPageIsAnsweredAndShown() {
		Page page = open("/page/self");
		page.evaluate("call('renderItself')");
		assertThat(page.locator("#text")).hasText("rendered itself");
	}

	@Test
	void callsWhen1000AtOnceThenAllAreAnsweredAndThePageGoesOn() {
		Page page = open("/page/one");
		Page other = open("/page/one");
		page.evaluate(
				"void (window.all = Promise.all([...Array(1000).keys()].map((n) => outcome(call('echo', n % 100)))))");
		assertThat(other.evaluate("call('echo', 5)")).isEqualTo(5);
		List<?> outcomes = (List<?>) page.evaluate("all");
		for (int n = 0; n < 1000; n++) {
			assertThat(outcomes.get(n)).isEqualTo(Map.of("value", n % 100));
		}
		this.pages.change("one", "goes on");
		assertThat(page.locator("#text")).hasText("goes on");
	}

	@Test
	void callsWhen1000OfThemHangThenOthersAreNotHeldUpAndAllAreRejectedInTime() {
		Page page = open("/page/one");
		Page other = open("/page/one");
		page.evaluate(
				"""
						void (window.all = Promise.all([...Array(1000).keys()].map(() => outcome(call('wait', null, { timeout: 3000 })))))""");
		ClientPage.await(() -> assertThat(this.actions.gate.getQueueLength()).isEqualTo(20));
		assertThat(other.evaluate("call('echo', 5)")).isEqualTo(5);
		assertThat((List<?>) page.evaluate("all")).hasSize(1000)
			.allSatisfy((outcome) -> assertThat(outcome)
				.isEqualTo(Map.of("code", "timeout", "message", "No answer within 3 s")));
		assertThat(this.actions.gate.getQueueLength()).isEqualTo(20);
		this.actions.gate.release(20);
		assertThat(page.evaluate("call('echo', 3)")).isEqualTo(3);
	}

}
