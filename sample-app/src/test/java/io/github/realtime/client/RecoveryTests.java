package io.github.realtime.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import com.microsoft.playwright.Clock;
import io.github.realtime.browser.Browser;
import io.github.realtime.testing.TcpProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections of a page whose server or network fails.
 */
class RecoveryTests {

	/** The server's, in milliseconds. */
	private static final int HEARTBEAT = 25_000;

	@RegisterExtension
	static final Browser browser = new Browser().allowing("net::ERR_|WebSocket connection to .* failed");

	@RegisterExtension
	static final Server server = new Server();

	@Test
	void pageWhenServerIsKilledAndStartedAgainThenComesBackAndIsToldOfTheLoss() throws Exception {
		try (ServerProcess process = ServerProcess.start()) {
			ClientPage page = ClientPage.open(browser.visitor(), process.url());
			page.connected("post", "post_1");
			process.send("post_1", "before");
			page.awaitLog("post", "connect", "before");
			process.kill();
			page.awaitLog("post", "connect", "before", "disconnect");
			assertThat(page.status("post")).isEqualTo("connecting");
			process.restart();
			// The memory broker's channels went with it
			page.awaitLog("post", "connect", "before", "disconnect", "connect", "gap");
			process.send("post_1", "after");
			page.awaitLog("post", "connect", "before", "disconnect", "connect", "gap", "after");
			assertThat(page.status("post")).isEqualTo("connected");
		}
	}

	@Test
	void pageWhenConnectionIsCutThenGetsWhatWasSentMeanwhileInOrderAndOnce() {
		try (TcpProxy proxy = TcpProxy.to(server.port())) {
			ClientPage page = ClientPage.open(browser.visitor(), proxy.url());
			page.connected("one", "cut");
			page.connected("two", "cut");
			server.send("cut", "before");
			page.awaitLog("one", "connect", "before");
			page.awaitLog("two", "connect", "before");
			proxy.down();
			page.awaitLog("one", "connect", "before", "disconnect");
			server.send("cut", numbers(50));
			proxy.up();
			List<Object> all = new ArrayList<>(List.of("connect", "before", "disconnect", "connect"));
			all.addAll(Arrays.asList(numbers(50)));
			page.awaitLog("one", all.toArray());
			server.send("cut", "after");
			all.add("after");
			page.awaitLog("one", all.toArray());
			page.awaitLog("two", all.toArray());
		}
	}

	@Test
	void pageWhenItMissesMoreThanTheHistoryThenIsToldOnce() {
		try (TcpProxy proxy = TcpProxy.to(server.port())) {
			ClientPage page = ClientPage.open(browser.visitor(), proxy.url());
			page.connected("post", "long");
			server.send("long", "before");
			page.awaitLog("post", "connect", "before");
			proxy.down();
			page.awaitLog("post", "connect", "before", "disconnect");
			server.send("long", numbers(500));
			proxy.up();
			page.awaitLog("post", "connect", "before", "disconnect", "connect", "gap");
			// The gap is behind it, at the next cut too
			proxy.down();
			page.awaitLog("post", "connect", "before", "disconnect", "connect", "gap", "disconnect");
			server.send("long", "meanwhile");
			proxy.up();
			page.awaitLog("post", "connect", "before", "disconnect", "connect", "gap", "disconnect", "connect",
					"meanwhile");
		}
	}

	@Test
	void pageWhenConnectionIsCutInTheMidstOfAStreamThenMissesNothing() throws Exception {
		try (TcpProxy proxy = TcpProxy.to(server.port())) {
			ClientPage page = ClientPage.open(browser.visitor(), proxy.url());
			page.connected("post", "stream");
			Thread sender = new Thread(() -> {
				for (Object number : numbers(150)) {
					server.send("stream", number);
					LockSupport.parkNanos(10_000_000);
				}
			});
			sender.start();
			for (int cut = 1; cut <= 3; cut++) {
				int connects = cut;
				ClientPage.await(() -> assertThat(page.log("post")).contains(connects * 30)
					.filteredOn("connect"::equals)
					.hasSize(connects));
				proxy.down();
				proxy.up();
			}
			sender.join();
			ClientPage.await(() -> assertThat(page.log("post")).contains(149));
			server.send("stream", "last");
			ClientPage.await(() -> assertThat(page.log("post")).endsWith("last"));
			List<Object> log = page.log("post");
			assertThat(log).filteredOn(Integer.class::isInstance).containsExactly(numbers(150));
			assertThat(log).filteredOn(String.class::isInstance)
				.containsExactly("connect", "disconnect", "connect", "disconnect", "connect", "disconnect", "connect",
						"last");
		}
	}

	@Test
	void pageWhenPacketsVanishThenNoticesWithinHeartbeatAndTenSecondsAndMissesNothing() {
		try (TcpProxy proxy = TcpProxy.to(server.port())) {
			ClientPage page = ClientPage.of(browser.visitor().newPage());
			Clock clock = page.page().clock();
			clock.install();
			page.page().navigate(proxy.url());
			// From here on time passes only when the test says so
			clock.pauseAt(((Number) page.evaluate("Date.now()")).longValue() + 1_000_000);
			page.connected("post", "halfOpen");
			server.send("halfOpen", "before");
			page.awaitLog("post", "connect", "before");
			proxy.silence();
			server.send("halfOpen", numbers(5));
			clock.runFor(HEARTBEAT + 9_999);
			page.awaitLog("post", "connect", "before");
			assertThat(page.sockets()).hasSize(1);
			clock.runFor(1);
			page.awaitLog("post", "connect", "before", "disconnect");
			clock.resume();
			page.awaitLog("post", "connect", "before", "disconnect", "connect", 0, 1, 2, 3, 4);
			assertThat(page.sockets()).hasSize(2);
			server.send("halfOpen", "after");
			page.awaitLog("post", "connect", "before", "disconnect", "connect", 0, 1, 2, 3, 4, "after");
		}
	}

	private static Object[] numbers(int count) {
		return IntStream.range(0, count).boxed().toArray();
	}

}
