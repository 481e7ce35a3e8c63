package io.github.realtime.broker.redis;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;

/**
 * One connection that listens. Subscriptions that are wanted at the same time go out in
 * one command. A connection on which not even a message to oneself arrives is replaced.
 */
final class PubSubConnection {

	private static final int BATCH = 500;

	/** After this much silence, a message to oneself. */
	private static final long QUIET = 900_000_000L;

	/** After this much silence although messages to oneself were sent, it is dead. */
	static final long DEAD = 2_500_000_000L;

	private final RedisTopology nodes;

	private final boolean sharded;

	private final IntFunction<String> probes;

	/** The node to which it is connected, or was last. */
	private volatile String node = RedisTopology.ONLY;

	private volatile String probe = "";

	private final Listener listener;

	private final CommandRouter commands;

	private final RedisExecutors threads;

	private final ReconnectingConnection<StatefulRedisPubSubConnection<String, byte[]>> link;

	private final Set<String> wanted = new LinkedHashSet<>();

	private final Set<String> changed = new LinkedHashSet<>();

	private boolean flushing;

	private volatile long heard;

	private long ticked = System.nanoTime();

	/**
	 * Creates a link without a connection.
	 * @param nodes connects to a node
	 * @param node tells to which one
	 * @param sharded whether it listens to what is published on one node of a cluster
	 * @param probes names the pub/sub channels on which it can hear itself
	 * @param listener is told what it hears
	 * @param commands where it sends messages to itself
	 * @param threads where it connects and subscribes
	 */
	PubSubConnection(RedisTopology nodes, Supplier<String> node, boolean sharded, IntFunction<String> probes,
			Listener listener, CommandRouter commands, RedisExecutors threads) {
		this.nodes = nodes;
		this.sharded = sharded;
		this.probes = probes;
		this.listener = listener;
		this.commands = commands;
		this.threads = threads;
		this.link = new ReconnectingConnection<>("publications", () -> connect(node.get()), this::listen,
				this::resubscribe, threads);
	}

	private StatefulRedisPubSubConnection<String, byte[]> connect(String node) {
		this.node = node;
		keepProbe();
		return this.nodes.connectPubSub(node);
	}

	/**
	 * Hears itself by way of the node to which it is connected: that another one hangs
	 * does not make it seem dead.
	 */
	synchronized void keepProbe() {
		if (this.probe.isEmpty() || !this.node.equals(this.nodes.of(this.probe))) {
			String name = this.nodes.nameOn(this.node, this.probes);
			if (name != null) {
				unsubscribe(this.probe);
				this.probe = name;
				subscribe(name);
			}
		}
	}

	boolean isProbe(String name) {
		return name.equals(this.probe);
	}

	void open() {
		this.link.open();
	}

	boolean isConnected() {
		return this.link.connection() != null;
	}

	private void listen(StatefulRedisPubSubConnection<String, byte[]> connection) {
		this.heard = System.nanoTime();
		connection.addListener(new Ear(connection));
	}

	private synchronized void resubscribe() {
		this.changed.addAll(this.wanted);
		flushLater();
	}

	/**
	 * Begins to listen. The listener is told when it has begun, which it is again
	 * whenever that had to be repeated.
	 * @param name the pub/sub channel
	 */
	synchronized void subscribe(String name) {
		this.wanted.add(name);
		this.changed.add(name);
		flushLater();
	}

	synchronized void unsubscribe(String name) {
		if (this.wanted.remove(name)) {
			this.changed.add(name);
			flushLater();
		}
	}

	private void flushLater() {
		if (!this.flushing) {
			this.flushing = true;
			this.threads.later(0, this::flush);
		}
	}

	private void flush() {
		StatefulRedisPubSubConnection<String, byte[]> connection;
		List<String> subscribe = new ArrayList<>();
		List<String> unsubscribe = new ArrayList<>();
		synchronized (this) {
			this.flushing = false;
			// Only now: one that comes later finds that this is over, and flushes again
			connection = this.link.connection();
			if (connection == null) {
				return;
			}
			for (String name : this.changed) {
				(this.wanted.contains(name) ? subscribe : unsubscribe).add(name);
			}
			this.changed.clear();
		}
		// Names of one command have to share a slot where it is for one node of a cluster
		int batch = this.sharded ? 1 : BATCH;
		for (int i = 0; i < subscribe.size(); i += batch) {
			subscribe(connection, subscribe.subList(i, Math.min(i + batch, subscribe.size())));
		}
		for (int i = 0; i < unsubscribe.size(); i += batch) {
			String[] names = unsubscribe.subList(i, Math.min(i + batch, unsubscribe.size())).toArray(new String[0]);
			if (this.sharded) {
				connection.async().sunsubscribe(names);
			}
			else {
				connection.async().unsubscribe(names);
			}
		}
	}

	private void subscribe(StatefulRedisPubSubConnection<String, byte[]> connection, List<String> batch) {
		String[] names = batch.toArray(new String[0]);
		CompletableFuture<Void> done = (this.sharded ? connection.async().ssubscribe(names)
				: connection.async().subscribe(names))
			.toCompletableFuture();
		done.exceptionally((failure) -> {
			if (!(failure instanceof RedisCommandExecutionException)) {
				this.link.replace(connection, "a subscription was not answered");
			}
			else if (this.link.connection() == connection) {
				this.listener.refused(this, List.of(names), failure);
			}
			return null;
		});
	}

	/**
	 * Looks whether this is still alive.
	 */
	void tick() {
		StatefulRedisPubSubConnection<String, byte[]> connection = this.link.connection();
		long now = System.nanoTime();
		// If this thread was held up itself, what is silent may only have been so as well
		boolean late = now - this.ticked > QUIET;
		this.ticked = now;
		long silence = now - this.heard;
		if (connection == null || late || silence < QUIET) {
			return;
		}
		if (silence > DEAD) {
			this.link.replace(connection, "nothing is heard");
		}
		else {
			this.commands.publish(this.sharded, this.probe, new byte[0]);
		}
	}

	CompletableFuture<Void> close() {
		return this.link.close();
	}

	/**
	 * Is told what links hear, on a thread that it must not hold up.
	 */
	interface Listener {

		/**
		 * Called when a subscription has begun.
		 * @param name the pub/sub channel
		 */
		void subscribed(String name);

		/**
		 * Called with a message.
		 * @param name the pub/sub channel
		 * @param message the message
		 */
		void heard(String name, byte[] message);

		/**
		 * Called when the server does not let this link listen, or not any more.
		 * @param link the link
		 * @param names the pub/sub channels
		 * @param reason why, if it is known
		 */
		void refused(PubSubConnection link, List<String> names, @Nullable Throwable reason);

	}

	/**
	 * Hears one connection, as long as it is the present one.
	 */
	private final class Ear extends RedisPubSubAdapter<String, byte[]> {

		private final StatefulRedisPubSubConnection<String, byte[]> connection;

		private Ear(StatefulRedisPubSubConnection<String, byte[]> connection) {
			this.connection = connection;
		}

		private boolean isPresent() {
			boolean present = PubSubConnection.this.link.connection() == this.connection;
			if (present) {
				PubSubConnection.this.heard = System.nanoTime();
			}
			return present;
		}

		@Override
		public void message(String name, byte[] message) {
			if (isPresent() && !isProbe(name)) {
				PubSubConnection.this.listener.heard(name, message);
			}
		}

		@Override
		public void smessage(String name, byte[] message) {
			message(name, message);
		}

		@Override
		public void subscribed(String name, long count) {
			if (isPresent() && !isProbe(name)) {
				PubSubConnection.this.listener.subscribed(name);
			}
		}

		@Override
		public void ssubscribed(String name, long count) {
			subscribed(name, count);
		}

		@Override
		public void sunsubscribed(String name, long count) {
			boolean unasked;
			synchronized (PubSubConnection.this) {
				unasked = PubSubConnection.this.wanted.contains(name);
			}
			if (unasked && isPresent()) {
				PubSubConnection.this.listener.refused(PubSubConnection.this, List.of(name), null);
			}
		}

	}

}
