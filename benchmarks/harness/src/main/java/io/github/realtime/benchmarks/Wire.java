package io.github.realtime.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

import io.github.realtime.benchmarks.control.Publisher;

/**
 * How to subscribe to a server. What it sends on channels is the same everywhere, a mark
 * in something, and is not looked at here.
 */
enum Wire {

	/** The protocol of this project. */
	REALTIME("/realtime") {

		@Override
		void opened(Connection connection) {
			subscribe(connection);
		}

		private void subscribe(Connection connection) {
			Connection.Position since = connection.position();
			connection
				.send(Arrays.stream(connection.channels())
					.mapToObj((channel) -> "{\"type\":\"subscribe\",\"id\":" + (channel + 1) + ",\"channel\":\""
							+ Publisher.name(channel) + '"'
							+ ((since != null) ? ",\"since\":{\"epoch\":\"" + since.stream() + "\",\"offset\":"
									+ since.offset() + "}" : "")
							+ "}")
					.collect(Collectors.joining("\n")));
		}

		@Override
		void told(Connection connection, String line) {
			if (line.startsWith("{\"type\":\"subscribed\"")) {
				if (line.contains("\"recovered\":false")) {
					connection.fault("Not recovered: " + line);
				}
				connection.subscribed(field(line, "\"epoch\":\"", '"'),
						Long.parseLong(field(line, "\"offset\":", '}')));
			}
			else if (line.startsWith("{\"type\":\"ping\"")) {
				connection.send("{\"type\":\"pong\"}");
			}
			else if (line.startsWith("{\"type\":\"error\"") || line.startsWith("{\"type\":\"unsubscribed\"")) {
				connection.fault(line);
			}
		}

		private String field(String line, String name, char end) {
			int start = line.indexOf(name) + name.length();
			int stop = start;
			while (line.charAt(stop) != end && line.charAt(stop) != ',') {
				stop++;
			}
			return line.substring(start, stop);
		}

		@Override
		boolean joinsLines() {
			return true;
		}

	},

	/** STOMP 1.2 without heartbeats. */
	STOMP("/stomp") {

		@Override
		void opened(Connection connection) {
			connection.send("CONNECT\naccept-version:1.2\nheart-beat:0,0\nhost:localhost\n\n\0");
		}

		@Override
		void told(Connection connection, String frame) {
			if (frame.startsWith("CONNECTED")) {
				for (int channel : connection.channels()) {
					connection.send(
							"SUBSCRIBE\nid:" + channel + "\ndestination:/topic/" + Publisher.name(channel) + "\n\n\0");
					connection.subscribed();
				}
			}
			else if (frame.startsWith("ERROR")) {
				connection.fault(frame);
			}
		}

	},

	/** Engine.IO 4 and Socket.IO 5. */
	SOCKET_IO("/socket.io/?EIO=4&transport=websocket") {

		@Override
		void opened(Connection connection) {
			// The server begins
		}

		@Override
		void told(Connection connection, String packet) {
			if (packet.startsWith("0")) {
				connection.send("40");
			}
			else if (packet.startsWith("2")) {
				connection.send("3");
			}
			else if (packet.startsWith("40")) {
				for (int channel : connection.channels()) {
					connection.send("42[\"join\",\"" + Publisher.name(channel) + "\"]");
					connection.subscribed();
				}
			}
			else {
				connection.fault(packet);
			}
		}

	},

	/**
	 * The same with connection state recovery: a client that comes back names its session
	 * and the last message that it got.
	 */
	SOCKET_IO_RECOVERY("/socket.io/?EIO=4&transport=websocket") {

		@Override
		void opened(Connection connection) {
			// The server begins
		}

		@Override
		void told(Connection connection, String packet) {
			Connection.Position since = connection.position();
			if (packet.startsWith("0") && since != null) {
				connection.send("40{\"pid\":\"" + since.stream() + "\",\"offset\":\"" + since.offset() + "\"}");
			}
			else if (packet.startsWith("40") && since != null) {
				if (!since.stream().equals(session(packet))) {
					connection.fault("Not recovered: " + packet);
				}
				// The server knows the rooms
				connection.subscribed(since.stream(), 0);
			}
			else if (packet.startsWith("40")) {
				connection.send("42[\"join\",\"" + Publisher.name(connection.channels()[0]) + "\"]");
				connection.subscribed(session(packet), 0);
			}
			else {
				SOCKET_IO.told(connection, packet);
			}
		}

		private String session(String packet) {
			String name = "\"pid\":\"";
			int start = packet.indexOf(name) + name.length();
			return packet.substring(start, packet.indexOf('"', start));
		}

		@Override
		boolean endsWithId() {
			return true;
		}

	},

	/** The name of a channel subscribes to it. */
	PLAIN("/ws") {

		@Override
		void opened(Connection connection) {
			for (int channel : connection.channels()) {
				connection.send(Publisher.name(channel));
				connection.subscribed();
			}
		}

		@Override
		void told(Connection connection, String text) {
			connection.fault(text);
		}

	},

	/** As {@link #PLAIN}, at the root. */
	LIMIT("/") {

		@Override
		void opened(Connection connection) {
			PLAIN.opened(connection);
		}

		@Override
		void told(Connection connection, String text) {
			PLAIN.told(connection, text);
		}

	};

	private final String path;

	Wire(String path) {
		this.path = path;
	}

	/**
	 * Called when the WebSocket is open.
	 * @param connection the connection
	 */
	abstract void opened(Connection connection);

	/**
	 * Called for what is not a message.
	 * @param connection the connection
	 * @param text a frame, or a line of one where {@link #joinsLines()}
	 */
	abstract void told(Connection connection, String text);

	/**
	 * Tells whether a frame may hold several messages, and others among them.
	 * @return {@code true} if it may
	 */
	boolean joinsLines() {
		return false;
	}

	/**
	 * Tells whether the last text in a message is its id.
	 * @return {@code true} if it is
	 */
	boolean endsWithId() {
		return false;
	}

	/**
	 * Returns the request that opens a WebSocket. Its key is always the one of the
	 * example in RFC 6455, so that a server in C need not know SHA-1.
	 * @param port the server's port
	 * @return the request
	 */
	byte[] handshake(int port) {
		return ("GET " + this.path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
				+ "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
				+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
			.getBytes(StandardCharsets.US_ASCII);
	}

}
