package io.github.realtime.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A connection through a {@link TcpProxy}. Where no direction is named, both are meant.
 */
public final class TcpLink {

	private static final int REMEMBERED = 128 * 1024;

	private final Map<Direction, TcpFlow> flows = new EnumMap<>(
			Map.of(Direction.TO_SERVER, new TcpFlow(), Direction.TO_CLIENT, new TcpFlow()));

	private final StringBuilder sent = new StringBuilder();

	private final Set<Watch> met = new HashSet<>();

	private final TcpProxy proxy;

	private final Socket client;

	private final Socket server = new Socket();

	TcpLink(TcpProxy proxy, Socket client) {
		this.proxy = proxy;
		this.client = client;
	}

	/**
	 * From now on packets vanish without a word, the end of the connection included. That
	 * is for ever: what went on after a hole would be no stream.
	 */
	public void silence(Direction... directions) {
		each(directions, TcpFlow::lose);
	}

	/**
	 * Holds back what comes until {@link #resume}.
	 */
	public void stall(Direction... directions) {
		each(directions, (flow) -> flow.stall(true));
	}

	public void slow(int bytesPerSecond, Direction... directions) {
		each(directions, (flow) -> flow.slow(bytesPerSecond));
	}

	/**
	 * Lets pass what was held back, at full speed.
	 */
	public void resume(Direction... directions) {
		each(directions, (flow) -> {
			flow.slow(0);
			flow.stall(false);
		});
	}

	/**
	 * Resets it, at both ends.
	 */
	public void cut() {
		this.proxy.remove(this);
		this.flows.values().forEach(TcpFlow::close);
		reset(this.client);
		reset(this.server);
	}

	/**
	 * Whether the client has sent these bytes, among its last 64 KiB at least.
	 */
	public boolean hasSent(String text) {
		synchronized (this.sent) {
			return this.sent.indexOf(text) >= 0;
		}
	}

	void each(Direction[] directions, Consumer<TcpFlow> change) {
		for (Direction direction : (directions.length > 0) ? directions : Direction.values()) {
			change.accept(this.flows.get(direction));
		}
	}

	void open(int port) {
		TcpProxy.start(() -> {
			try {
				// So that a stalled server can write only little
				this.server.setReceiveBufferSize(64 * 1024);
				this.server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
				this.server.setTcpNoDelay(true);
				this.client.setTcpNoDelay(true);
			}
			catch (IOException ex) {
				cut();
				return;
			}
			Thread back = TcpProxy.start(() -> pump(Direction.TO_CLIENT, this.server, this.client));
			pump(Direction.TO_SERVER, this.client, this.server);
			end(back);
		});
	}

	private void pump(Direction direction, Socket from, Socket to) {
		TcpFlow flow = this.flows.get(direction);
		try {
			flow.pump(from, to, (buffer, length) -> {
				if (direction == Direction.TO_SERVER) {
					remember(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
				}
			});
		}
		catch (IOException ex) {
			if (!flow.isLost()) {
				cut();
			}
		}
	}

	private void end(Thread back) {
		try {
			back.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		if (this.flows.values().stream().noneMatch(TcpFlow::isLost)) {
			this.proxy.remove(this);
			// Not a reset, which would throw away what is still on its way
			close(this.client);
			close(this.server);
		}
	}

	private void remember(String text) {
		synchronized (this.sent) {
			if (this.sent.length() > REMEMBERED) {
				this.sent.delete(0, REMEMBERED / 2);
			}
			this.sent.append(text);
		}
		this.proxy.watches().forEach(this::check);
	}

	void check(Watch watch) {
		synchronized (this.met) {
			if (this.met.contains(watch) || !hasSent(watch.text())) {
				return;
			}
			this.met.add(watch);
		}
		watch.action().accept(this);
	}

	static void reset(Socket socket) {
		try {
			socket.setSoLinger(true, 0);
		}
		catch (IOException ex) {
			// it is closed
		}
		close(socket);
	}

	private static void close(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// it is closed
		}
	}

	/**
	 * What is to happen to a connection whose client has sent something.
	 */
	record Watch(String text, Consumer<TcpLink> action) {
	}

}
