package io.github.realtime.client;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

import io.github.realtime.browser.Browser;
import io.github.realtime.testing.TcpProxy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections of a page to a server that is well.
 */
class ConnectTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Server server = new Server();

	private ClientPage page;

	@BeforeEach
	void open() {
		ClientPage.await(() -> assertThat(server.hub().clientCount()).isZero());
		this.page = ClientPage.open(browser.visitor(), server.url());
	}

	@Test
	void connectWhenServerHasNotRepliedThenWaitsAndThenEachIsToldOnce() {
		Semaphore held = server.bean(Semaphore.class);
		this.page.connect("one", "held");
		this.page.connect("two", "held");
		ClientPage.await(() -> assertThat(held.hasQueuedThreads()).isTrue());
		assertThat(this.page.log("one")).isEmpty();
		assertThat(this.page.status("one")).isEqualTo("connecting");
		assertThat(this.page.evaluate("realtime.isRealtimeConnected('held')")).isEqualTo(false);
		held.release();
		assertThat(this.page.ready("one")).isEqualTo("ready");
		assertThat(this.page.ready("two")).isEqualTo("ready");
		assertThat(this.page.status("one")).isEqualTo("connected");
		assertThat(this.page.evaluate("realtime.isRealtimeConnected('held')")).isEqualTo(true);
		server.send("held", "message");
		this.page.awaitLog("one", "connect", "message");
		this.page.awaitLog("two", "connect", "message");
	}

	@Test
	void disconnectWhenCalledTwiceThenEndsOnceAndConnectRightAfterItWorks() {
		this.page.connected("one", "post_1");
		server.send("post_1", "before");
		this.page.awaitLog("one", "connect", "before");
		this.page.evaluate("""
				(() => {
					const { one } = connections;
					const ends = [one.disconnect(), one.disconnect()];
					connect('two', 'post_1');
					return soon(Promise.all([...ends, connections.two.ready]));
				})()""");
		assertThat(this.page.status("one")).isEqualTo("disconnected");
		assertThat(this.page.status("two")).isEqualTo("connected");
		this.page.evaluate("connections.one.disconnect()");
		server.send("post_1", "after");
		this.page.awaitLog("two", "connect", "after");
		assertThat(this.page.log("one")).containsExactly("connect", "before", "disconnect");
		assertThat(this.page.sockets()).hasSize(1);
	}

	@Test
	void readyWhenRefusedOrDisconnectedBeforeThenRejects() {
		this.page.connect("refused", "secret_1");
		this.page.evaluate("{ connect('left', 'post_1'); connections.left.disconnect(); }");
		assertThat(this.page.ready("refused")).isEqualTo("forbidden");
		assertThat(this.page.ready("left")).isEqualTo("disconnected");
		assertThat(this.page.log("left")).isEmpty();
		assertThat(this.page.status("left")).isEqualTo("disconnected");
	}

	@Test
	void channelWhenConnectedTwiceThenBothGetEverythingAndEndOneByOne() {
		this.page.connected("one", "post_1");
		this.page.connected("two", "post_1");
		server.send("post_1", 1, 2);
		this.page.awaitLog("one", "connect", 1, 2);
		this.page.awaitLog("two", "connect", 1, 2);
		this.page.evaluate("connections.one.disconnect()");
		assertThat(this.page.status("two")).isEqualTo("connected");
		server.send("post_1", 3);
		this.page.awaitLog("two", "connect", 1, 2, 3);
		this.page.awaitLog("one", "connect", 1, 2, "disconnect");
	}

	@Test
	void pageWhenItConnectsTo50ChannelsThenUsesOneSocketAndEachGetsItsOwn() {
		List<String> channels = IntStream.range(0, 50).mapToObj((i) -> "post_" + i).toList();
		this.page.page().evaluate("(channels) => channels.forEach((channel) => connect(channel, channel))", channels);
		channels.forEach((channel) -> this.page.awaitLog(channel, "connect"));
		assertThat(server.hub().channelCount()).isEqualTo(50);
		assertThat(server.hub().clientCount()).isEqualTo(1);
		channels.forEach((channel) -> server.send(channel, "to " + channel));
		channels.forEach((channel) -> this.page.awaitLog(channel, "connect", "to " + channel));
		assertThat(this.page.sockets()).hasSize(1);
	}

	@Test
	void messagesWhen200AreSentAtOnceThenShareFramesAndKeepTheirOrder() {
		try (TcpProxy proxy = TcpProxy.to(server.port())) {
			ClientPage page = ClientPage.open(browser.visitor(), proxy.url());
			page.connected("one", "burst");
			page.connected("two", "filler");
			Object[] numbers = IntStream.range(0, 200).boxed().toArray();
			proxy.stall();
			// Not written before it is read, so that what comes behind it waits
			server.send("filler", "x".repeat(1_000_000));
			server.send("burst", numbers);
			proxy.resume();
			ClientPage.await(() -> assertThat(page.log("one")).hasSize(201));
			assertThat(page.log("one").subList(1, 201)).containsExactly(numbers);
			assertThat(page.frames())
				.filteredOn((frame) -> frame.contains("\"type\":\"message\",\"channel\":\"burst\""))
				.hasSizeLessThan(10);
			// Before the proxy, or it would miss it
			page.page().close();
		}
	}

}
