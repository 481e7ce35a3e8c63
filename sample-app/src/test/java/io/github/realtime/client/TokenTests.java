package io.github.realtime.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.access.RealtimeAuthenticator;
import io.github.realtime.browser.Browser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A page that says who it is by a token.
 */
class TokenTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Server server = new Server().with(Tokens.class);

	private List<String> seen;

	private ClientPage page;

	@BeforeEach
	void open() {
		ClientPage.await(() -> assertThat(server.hub().clientCount()).isZero());
		this.seen = server.bean(Tokens.class).seen;
		this.seen.clear();
		server.bean(Tokens.class).ends.clear();
		server.bean(Tokens.class).failures.set(0);
		this.page = ClientPage.open(browser.visitor(), server.url());
	}

	/**
	 * Has the page send one token after the other, each as long as there is no later one.
	 */
	private void tokens(String... tokens) {
		this.page.page()
			.evaluate(
					"(tokens) => realtime.configureRealtime({"
							+ " getToken: async () => tokens.length > 1 ? tokens.shift() : tokens[0] })",
					List.of(tokens));
	}

	@Test
	void tokenWhenItIsRenewedThenTheSocketGoesOnAndNothingIsMissed() {
		tokens("ada 8000 first", "ada 8000 second", "ada 600000 third");
		this.page.connected("own", "of_ada");
		server.send("of_ada", 1);
		ClientPage.await(() -> assertThat(this.seen).hasSize(2));
		server.send("of_ada", 2);
		ClientPage.await(() -> assertThat(this.seen).hasSize(3));
		server.send("of_ada", 3);
		this.page.awaitLog("own", "connect", 1, 2, 3);
		assertThat(this.seen).containsExactly("ada 8000 first", "ada 8000 second", "ada 600000 third");
		assertThat(this.page.sockets()).singleElement()
			.satisfies((socket) -> assertThat(socket.url()).doesNotContain("ada"));
	}

	@Test
	void tokenWhenItIsNotRenewedThenThePageIsToldAndStops() {
		tokens("ada 3000");
		this.page.connect("own", "of_ada");
		this.page.awaitLog("own", "connect", "disconnect", "error unauthenticated");
		assertThat(this.page.status("own")).isEqualTo("disconnected");
		assertThat(this.page.sockets()).hasSize(1);
	}

	@Test
	void tokenWhenThereIsANewOneOnlyAfterTheEndThenThePageComesBack() {
		this.page.evaluate("""
				{
					let closed = false;
					realtime.configureRealtime({ getToken: () => closed ? 'ada 600000' : 'ada 3000' });
					connect('own', 'of_ada', { onDisconnect: () => (closed = true) });
				}""");
		ClientPage.await(() -> assertThat(this.seen).contains("ada 600000"));
		this.page.awaitLog("own", "connect", "connect");
		server.send("of_ada", 1);
		this.page.awaitLog("own", "connect", "connect", 1);
		assertThat(this.page.sockets()).hasSize(2);
	}

	@Test
	void tokenWhenItIsBadThenThePageIsToldAndIsAnonymous() {
		tokens("bad");
		this.page.evaluate("{ connect('own', 'of_ada'); connect('public', 'post_1'); }");
		this.page.awaitLog("own", "error unauthenticated", "error forbidden");
		this.page.awaitLog("public", "error unauthenticated", "connect");
	}

	@Test
	void tokenWhenItCanNotBeCheckedThenThePageTriesAgainAndIsNotToldOfIt() {
		server.bean(Tokens.class).failures.set(2);
		tokens("ada 600000");
		this.page.connect("own", "of_ada");
		this.page.awaitLog("own", "connect");
		assertThat(this.page.sockets()).hasSize(3);
	}

	@Test
	void pageWhenReloadedThenIsTheSameClientAsThatUser() {
		List<String> ids = server.bean(ClientApplication.ConnectedClients.class).ids();
		ids.clear();
		tokens("ada 600000");
		this.page.connected("own", "of_ada");
		this.page.page().reload();
		tokens("ada 600000");
		this.page.connected("own", "of_ada");
		this.page.page().reload();
		this.page.connected("public", "post_1");
		ClientPage.await(() -> assertThat(ids).hasSize(3));
		assertThat(ids.get(1)).isEqualTo(ids.get(0));
		assertThat(ids.get(2)).as("anonymous").isNotEqualTo(ids.get(0));
	}

	@Configuration(proxyBeanMethods = false)
	static class Tokens {

		private final List<String> seen = new CopyOnWriteArrayList<>();

		private final Map<String, Instant> ends = new ConcurrentHashMap<>();

		private final AtomicInteger failures = new AtomicInteger();

		/**
		 * Takes tokens of a name and a number of milliseconds, from when it is first
		 * seen.
		 */
		@Bean
		RealtimeAuthenticator authenticator() {
			return (token) -> {
				this.seen.add(token);
				if (this.failures.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
					throw new IllegalStateException("The keys are not there");
				}
				String[] parts = token.split(" ");
				if (parts.length == 1) {
					return null;
				}
				Instant end = Instant.now().plusMillis(Long.parseLong(parts[1]));
				this.ends.putIfAbsent(token, end);
				return RealtimeAuthentication.of(parts[0]).until(this.ends.get(token));
			};
		}

	}

}
