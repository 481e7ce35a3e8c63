package io.github.realtime.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way to a server, which fails as networks do.
 */
final class TcpProxy implements AutoCloseable {

	private final Set<Link> links = ConcurrentHashMap.newKeySet();

	private final ServerSocket listener;

	private final int target;

	private volatile boolean down;

	private TcpProxy(int target) throws IOException {
		this.target = target;
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start(this::accept);
	}

	static TcpProxy to(int port) {
		try {
			return new TcpProxy(port);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String url() {
		return "http://localhost:" + this.listener.getLocalPort() + "/";
	}

	/**
	 * Resets every connection, at both ends, and whatever tries to connect.
	 */
	void down() {
		this.down = true;
		this.links.forEach(Link::reset);
	}

	void up() {
		this.down = false;
	}

	/**
	 * From now on the packets of every connection vanish, both ways and without a word.
	 * Later connections are not concerned.
	 */
	void silence() {
		this.links.forEach((link) -> link.silent = true);
	}

	private void accept() {
		while (!this.listener.isClosed()) {
			try {
				Socket client = this.listener.accept();
				if (this.down) {
					reset(client);
				}
				else {
					new Link(client, new Socket(InetAddress.getLoopbackAddress(), this.target)).open();
				}
			}
			catch (IOException ex) {
				// closed, or the server is away: the next one may have more luck
			}
		}
	}

	@Override
	public void close() {
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.links.forEach(Link::reset);
	}

	private static void reset(Socket socket) {
		try {
			socket.setSoLinger(true, 0);
			socket.close();
		}
		catch (IOException ex) {
			// it is closed
		}
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "proxy");
		thread.setDaemon(true);
		thread.start();
	}

	private final class Link {

		private final Socket client;

		private final Socket server;

		private volatile boolean silent;

		Link(Socket client, Socket server) {
			this.client = client;
			this.server = server;
		}

		void open() {
			TcpProxy.this.links.add(this);
			if (TcpProxy.this.down) {
				reset();
			}
			start(() -> pump(this.client, this.server));
			start(() -> pump(this.server, this.client));
		}

		private void pump(Socket from, Socket to) {
			byte[] buffer = new byte[16 * 1024];
			try {
				InputStream in = from.getInputStream();
				for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
					if (!this.silent) {
						to.getOutputStream().write(buffer, 0, length);
					}
				}
				if (!this.silent) {
					to.shutdownOutput();
				}
			}
			catch (IOException ex) {
				if (!this.silent) {
					reset();
				}
			}
		}

		void reset() {
			TcpProxy.this.links.remove(this);
			TcpProxy.reset(this.client);
			TcpProxy.reset(this.server);
		}

	}

}
