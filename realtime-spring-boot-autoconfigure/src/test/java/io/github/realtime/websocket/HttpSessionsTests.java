package io.github.realtime.websocket;

import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.protocol.CloseCode;
import io.github.realtime.session.Client;
import io.github.realtime.session.ClientConnection;
import io.github.realtime.session.Hub;
import io.github.realtime.session.SessionLimits;
import jakarta.servlet.http.HttpSessionEvent;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockHttpSession;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HttpSessions}.
 */
class HttpSessionsTests {

	private final HttpSessions sessions = new HttpSessions();

	private final MemoryBroker broker = new MemoryBroker((channel) -> new HistoryPolicy(0, 1, Duration.ofSeconds(1)));

	private final Hub hub = new Hub(this.broker, new SessionLimits(Duration.ofSeconds(25), 65_536, 100, 0, 0, 100,
			1_000_000, Duration.ofSeconds(10), Duration.ZERO), (event) -> {
			});

	private final List<Client> clients = new ArrayList<>();

	@BeforeEach
	void start() {
		this.hub.start();
	}

	@AfterEach
	void stop() {
		// Or the hub would wait for their sockets to end
		this.clients.forEach(this.hub::closed);
		this.hub.stop();
		this.broker.close();
	}

	@Test
	void destroyedWhenClientsBelongToItThenTheseEndAndNoOthers() {
		Client one = opened("one");
		Client another = opened("one");
		Client other = opened("other");
		destroy("one");
		assertThat(one.isGone()).isTrue();
		assertThat(another.isGone()).isTrue();
		assertThat(other.isGone()).isFalse();
		assertThat(opened("other").isGone()).isFalse();
	}

	@Test
	void destroyedWhenTheHandshakeIsUnderWayThenItsClientEndsAtOnce() {
		destroy("one");
		assertThat(opened("one").isGone()).isTrue();
	}

	@Test
	void idWhenItChangesThenTheClientsFollow() {
		Client before = opened("old");
		change("old", "new");
		Client underWay = opened("old");
		destroy("old");
		assertThat(before.isGone()).isFalse();
		assertThat(underWay.isGone()).isFalse();
		destroy("new");
		assertThat(before.isGone()).isTrue();
		assertThat(underWay.isGone()).isTrue();
	}

	@Test
	void idWhenAClientComesByItBeforeTheChangeIsToldThenBothEndWithIt() {
		Client before = opened("old");
		Client early = opened("new");
		change("old", "new");
		destroy("new");
		assertThat(before.isGone()).isTrue();
		assertThat(early.isGone()).isTrue();
	}

	@Test
	void loggedOutWhenTheSessionGoesOnThenLaterClientsStay() {
		Client client = opened("one");
		this.sessions.loggedOut("one");
		assertThat(client.isGone()).isTrue();
		assertThat(opened("one").isGone()).isFalse();
	}

	@Test
	void loggedOutWhenTheHandshakeIsUnderWayThenItsClientEndsAtOnce() {
		HttpSessions.Handshake before = this.sessions.handshake("one");
		HttpSessions.Handshake other = this.sessions.handshake("other");
		this.sessions.loggedOut("one");
		assertThat(opened(before).isGone()).isTrue();
		assertThat(opened(other).isGone()).isFalse();
	}

	@Test
	void loggedOutWhenTheIdOfTheSessionChangesThenAHandshakeUnderWayEnds() {
		HttpSessions.Handshake before = this.sessions.handshake("old");
		change("old", "new");
		this.sessions.loggedOut("new");
		assertThat(opened(before).isGone()).isTrue();
		assertThat(opened("new").isGone()).isFalse();
	}

	@Test
	void closedWhenNobodyIsLeftThenNothingIs() {
		Client client = opened("one");
		this.sessions.closed(client);
		this.sessions.closed(client);
		destroy("one");
		assertThat(client.isGone()).isFalse();
		assertThat(this.sessions).extracting("clients", "sessions").containsExactly(Map.of(), Map.of());
	}

	@Test
	void sessionsWhenManyEndThenFewAreRemembered() {
		for (int i = 0; i < 5000; i++) {
			Client client = opened("session " + i);
			destroy("session " + i);
			this.sessions.closed(client);
		}
		assertThat(this.sessions).extracting("clients", "sessions").containsExactly(Map.of(), Map.of());
		assertThat(this.sessions).extracting("successors", InstanceOfAssertFactories.MAP).hasSize(1000);
	}

	private Client opened(String session) {
		return opened(this.sessions.handshake(session));
	}

	private Client opened(HttpSessions.Handshake handshake) {
		Client client = this.hub.open(new Socket());
		this.clients.add(client);
		this.sessions.opened(client, handshake);
		return client;
	}

	private void destroy(String id) {
		this.sessions.sessionDestroyed(new HttpSessionEvent(new MockHttpSession(null, id)));
	}

	private void change(String oldId, String id) {
		this.sessions.sessionIdChanged(new HttpSessionEvent(new MockHttpSession(null, id)), oldId);
	}

	private record Socket(Map<String, Object> attributes) implements ClientConnection {

		private Socket() {
			this(new ConcurrentHashMap<>());
		}

		@Override
		public void write(String text, boolean last) {
		}

		@Override
		public void close(CloseCode code, String reason) {
		}

		@Override
		public void abort() {
		}

		@Override
		public Principal principal() {
			return null;
		}

	}

}
