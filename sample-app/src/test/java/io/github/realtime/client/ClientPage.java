package io.github.realtime.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocket;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An empty page that has the client, and a log of each of its connections: what the
 * handlers were told, messages as they are.
 */
final class ClientPage {

	private final Page page;

	private final List<WebSocket> sockets = new ArrayList<>();

	private final List<String> frames = new ArrayList<>();

	private ClientPage(Page page) {
		this.page = page;
		page.onWebSocket((socket) -> {
			this.sockets.add(socket);
			socket.onFrameReceived((frame) -> this.frames.add(frame.text()));
		});
	}

	static ClientPage open(BrowserContext visitor, String url) {
		ClientPage page = of(visitor.newPage());
		page.page.navigate(url);
		return page;
	}

	static ClientPage of(Page page) {
		return new ClientPage(page);
	}

	Page page() {
		return this.page;
	}

	/**
	 * Every socket that the page has opened.
	 */
	List<WebSocket> sockets() {
		return this.sockets;
	}

	/**
	 * Every frame that the page has received.
	 */
	List<String> frames() {
		return this.frames;
	}

	Object evaluate(String script) {
		return this.page.evaluate(script);
	}

	Object evaluate(String function, Object argument) {
		return this.page.evaluate(function, argument);
	}

	void connect(String name, String channel) {
		this.page.evaluate("([name, channel]) => connect(name, channel)", List.of(name, channel));
	}

	/**
	 * Connects and waits until that is done.
	 */
	void connected(String name, String channel) {
		connect(name, channel);
		awaitLog(name, "connect");
	}

	String status(String name) {
		return (String) this.page.evaluate("(name) => connections[name].status", name);
	}

	/**
	 * How the promise {@code ready} ends: {@code ready}, or the code of the error.
	 */
	String ready(String name) {
		return (String) this.page
			.evaluate("(name) => soon(connections[name].ready.then(() => 'ready', (error) => error.code))", name);
	}

	@SuppressWarnings("unchecked")
	List<Object> log(String name) {
		return (List<Object>) this.page.evaluate("(name) => connections[name].log", name);
	}

	void awaitLog(String name, Object... events) {
		await(() -> assertThat(log(name)).containsExactly(events));
	}

	/**
	 * Waits until all states of the page have this status.
	 */
	void awaitStatus(String status) {
		await(() -> assertThat(evaluate("Object.values(states).map((state) => state.status)"))
			.asInstanceOf(InstanceOfAssertFactories.LIST)
			.containsOnly(status));
	}

	/**
	 * Waits on this thread: the driver of the browser takes no other.
	 */
	static void await(ThrowingCallable assertion) {
		Awaitility.await()
			.pollInSameThread()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(50))
			.atMost(Duration.ofSeconds(60))
			.untilAsserted(assertion::call);
	}

}
