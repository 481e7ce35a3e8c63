package io.github.realtime.websocket;

import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.HttpClientTransportOverHTTP2;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * WebSockets over HTTP/2, which RFC 8441 opens by CONNECT. Tomcat has none: browsers open
 * a connection of HTTP/1.1 for a WebSocket there.
 */
class Http2Tests {

	@Test
	void connectOverHttp2OnJettyWorksAsOverHttp1() throws Exception {
		try (RealtimeServer server = RealtimeServer.on(Container.JETTY).with("server.http2.enabled=true").start()) {
			HttpClient http = new HttpClient(new HttpClientTransportOverHTTP2(new HTTP2Client()));
			WebSocketClient client = new WebSocketClient(http);
			client.start();
			try {
				Lines lines = new Lines();
				Session session = client.connect(lines, URI.create("ws://localhost:" + server.port() + "/realtime"))
					.get(30, TimeUnit.SECONDS);
				assertThat(lines.next()).contains("\"welcome\"");
				session.sendText("{\"id\":1,\"type\":\"subscribe\",\"channel\":\"score\"}", Callback.NOOP);
				assertThat(lines.next()).contains("\"subscribed\"");
				server.realtime().send("score", 42);
				assertThat(lines.next()).contains("\"data\":42");
			}
			finally {
				client.stop();
			}
		}
	}

	public static final class Lines implements Session.Listener.AutoDemanding {

		private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

		@Override
		public void onWebSocketText(String message) {
			this.received.addAll(message.lines().toList());
		}

		private String next() throws InterruptedException {
			return String.valueOf(this.received.poll(30, TimeUnit.SECONDS));
		}

	}

}
