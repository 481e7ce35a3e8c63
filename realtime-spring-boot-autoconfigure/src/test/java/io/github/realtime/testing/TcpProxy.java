package io.github.realtime.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * The way to a server, which fails as networks do. Where no direction is named, both are
 * meant; a single connection is troubled by its {@link TcpLink}.
 */
public final class TcpProxy implements AutoCloseable {

	private final List<TcpLink> links = new CopyOnWriteArrayList<>();

	private final List<TcpLink.Watch> watches = new CopyOnWriteArrayList<>();

	private final AtomicInteger accepted = new AtomicInteger();

	private final int port = FreePorts.next();

	private volatile IntSupplier target;

	/**
	 * What befalls later connections too.
	 */
	private volatile Consumer<TcpLink> weather = (link) -> {
	};

	private volatile ServerSocket listener;

	private volatile Thread acceptor;

	private TcpProxy(IntSupplier target) {
		this.target = target;
		this.listener = listen();
	}

	public static TcpProxy to(int port) {
		return to(() -> port);
	}

	/**
	 * Makes one whose connections each go to the port that the server has then.
	 */
	public static TcpProxy to(IntSupplier port) {
		return new TcpProxy(port);
	}

	/**
	 * Sends later connections to another server.
	 */
	public void target(int port) {
		this.target = () -> port;
	}

	public int port() {
		return this.port;
	}

	public String url() {
		return "http://localhost:" + this.port + "/";
	}

	/**
	 * Resets every connection, at both ends, and refuses new ones.
	 */
	public void down() {
		refuse();
		cut();
	}

	/**
	 * Takes new connections again.
	 */
	public synchronized void up() {
		if (this.listener.isClosed()) {
			this.listener = listen();
		}
	}

	/**
	 * Refuses new connections until {@link #up}; those that are there stay.
	 */
	public void refuse() {
		try {
			this.listener.close();
			// Until it has woken up, the kernel still takes connections for it
			this.acceptor.join();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Resets every connection, at both ends. New ones are taken.
	 */
	public void cut() {
		this.links.forEach(TcpLink::cut);
	}

	/**
	 * From now on the packets of every connection vanish without a word. Later
	 * connections are not concerned.
	 */
	public void silence(Direction... directions) {
		this.links.forEach((link) -> link.silence(directions));
	}

	/**
	 * Holds back what comes, on later connections too, until {@link #resume}.
	 */
	public void stall(Direction... directions) {
		change((link) -> link.stall(directions));
	}

	/**
	 * Limits every connection, later ones too, until {@link #resume}.
	 */
	public void slow(int bytesPerSecond, Direction... directions) {
		change((link) -> link.slow(bytesPerSecond, directions));
	}

	/**
	 * Lets pass what was held back, at full speed.
	 */
	public void resume(Direction... directions) {
		change((link) -> link.resume(directions));
	}

	private synchronized void change(Consumer<TcpLink> change) {
		this.weather = this.weather.andThen(change);
		this.links.forEach(change);
	}

	/**
	 * The connections that are there, the oldest first.
	 */
	public List<TcpLink> links() {
		return List.copyOf(this.links);
	}

	/**
	 * The connections whose client has sent these bytes.
	 */
	public List<TcpLink> linksThatSent(String text) {
		return this.links.stream().filter((link) -> link.hasSent(text)).toList();
	}

	/**
	 * Does something, once each, to the connections whose client has sent these bytes or
	 * will: before they are passed on. To make a subscriber deaf from the start and
	 * nobody else:
	 * {@code proxy.whenSent("SUBSCRIBE", (link) -> link.silence(Direction.TO_CLIENT))}.
	 */
	public void whenSent(String text, Consumer<TcpLink> action) {
		TcpLink.Watch watch = new TcpLink.Watch(text, action);
		this.watches.add(watch);
		this.links.forEach((link) -> link.check(watch));
	}

	List<TcpLink.Watch> watches() {
		return this.watches;
	}

	/**
	 * How many connections it has ever taken.
	 */
	public int accepted() {
		return this.accepted.get();
	}

	private ServerSocket listen() {
		try {
			ServerSocket listener = new ServerSocket(this.port, 50, InetAddress.getLoopbackAddress());
			this.acceptor = start(() -> accept(listener));
			return listener;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void accept(ServerSocket listener) {
		while (!listener.isClosed()) {
			try {
				admit(listener, listener.accept());
			}
			catch (IOException ex) {
				// closed
			}
		}
	}

	private synchronized void admit(ServerSocket listener, Socket client) {
		if (listener.isClosed()) {
			TcpLink.reset(client);
			return;
		}
		this.accepted.incrementAndGet();
		TcpLink link = new TcpLink(this, client);
		this.weather.accept(link);
		this.links.add(link);
		link.open(this.target.getAsInt());
	}

	void remove(TcpLink link) {
		this.links.remove(link);
	}

	@Override
	public void close() {
		down();
		FreePorts.release(this.port);
	}

	static Thread start(Runnable task) {
		Thread thread = new Thread(task, "proxy");
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

}
