package io.github.realtime.benchmarks.netty;

import java.io.IOException;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOServer;
import io.github.realtime.benchmarks.control.ControlPort;
import io.github.realtime.benchmarks.control.Publisher;
import io.github.realtime.benchmarks.control.Publisher.News;

/**
 * netty-socketio as its README has it: a room for each channel.
 */
public final class NettySocketIoServer {

	private NettySocketIoServer() {
	}

	/**
	 * Starts the server.
	 * @param args nothing
	 * @throws IOException if a port can't be opened
	 */
	public static void main(String[] args) throws IOException {
		Configuration configuration = new Configuration();
		configuration.setPort(Integer.parseInt(System.getenv("PORT")));
		SocketIOServer server = new SocketIOServer(configuration);
		server.addEventListener("join", String.class, (client, channel, acknowledgement) -> client.joinRoom(channel));
		server.start();
		new ControlPort((channel, text) -> server.getRoomOperations(Publisher.name(channel))
			.sendEvent("message", new News(text)));
	}

}
