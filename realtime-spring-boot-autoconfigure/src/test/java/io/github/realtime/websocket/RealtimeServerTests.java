package io.github.realtime.websocket;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RealtimeServer} as an extension.
 */
@EachContainer
class RealtimeServerTests {

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer();

	@RegisterExtension
	final RealtimeServer own = new RealtimeServer();

	@Parameter
	Container container;

	@Test
	void serverRunsOnTheContainerThatTheClassIsInvokedWith() {
		assertThat(server.context().getWebServer()).isInstanceOf(this.container.webServer());
		assertThat(this.own.context().getWebServer()).isInstanceOf(this.container.webServer());
		assertThat(this.own.port()).isNotEqualTo(server.port());
	}

	@RepeatedTest(2)
	void clientsHaveLeftWhenTheNextTestBegins() {
		await().untilAsserted(() -> assertThat(server.hub().clientCount()).isZero());
		server.client();
		assertThat(server.hub().clientCount()).isOne();
	}

}
