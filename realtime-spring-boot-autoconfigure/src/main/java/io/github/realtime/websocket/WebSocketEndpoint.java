package io.github.realtime.websocket;

import java.util.Map;

import io.github.realtime.session.Client;
import io.github.realtime.session.ClientConnection;
import io.github.realtime.session.CommandDispatcher;
import io.github.realtime.session.Hub;
import org.jspecify.annotations.Nullable;

/**
 * Connects sockets with the hub, whichever way the container hands them over.
 */
public final class WebSocketEndpoint {

	private final Hub hub;

	private final CommandDispatcher dispatcher;

	private final int frameSize;

	private final HttpSessions httpSessions;

	private final FrameCache frames = new FrameCache();

	/**
	 * Creates an endpoint.
	 * @param hub takes the clients
	 * @param dispatcher carries out their commands
	 * @param frameSize the largest inbound frame, in bytes
	 * @param httpSessions knows the clients that end with an HTTP session
	 */
	public WebSocketEndpoint(Hub hub, CommandDispatcher dispatcher, int frameSize, HttpSessions httpSessions) {
		this.hub = hub;
		this.dispatcher = dispatcher;
		this.frameSize = frameSize;
		this.httpSessions = httpSessions;
	}

	int frameSize() {
		return this.frameSize;
	}

	FrameCache frames() {
		return this.frames;
	}

	Client opened(ClientConnection connection, Map<String, Object> attributes) {
		Client client = this.hub.open(connection);
		HttpSessions.Handshake handshake = SessionInterceptor.handshakeOf(attributes);
		if (handshake != null) {
			this.httpSessions.opened(client, handshake);
		}
		return client;
	}

	/**
	 * Takes what a client has sent.
	 * @param client the client
	 * @param frame the text of a whole frame, or {@code null} if it is not there yet
	 */
	void received(Client client, @Nullable String frame) {
		if (!client.isGone()) {
			client.received(this.hub.now());
			if (frame != null) {
				this.dispatcher.receive(client, frame);
			}
		}
	}

	void closed(Client client) {
		this.httpSessions.closed(client);
		this.hub.closed(client);
	}

}
