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
 * One connection that listens. Subscriptions that are requested at the same time go out
 * in one command. It sends messages to itself when nothing else arrives, and replaces the
 * connection if not even those arrive, whatever the driver thinks of it.
 */
final class PubSubConnection {

	private static final int BATCH = 500;

	/** After this much silence it sends a message to itself. */
	private static final long QUIET = 900_000_000L;

	/** After this much silence in spite of messages to itself the connection is dead. */
	static final long DEAD = 2_500_000_000L;

	private final RedisTopology topology;

	private final boolean sharded;

	private final IntFunction<String> probes;

	/** The node to which it is connected, or was last. */
	private volatile String node = RedisTopology.ONLY;

	private volatile String probe = "";

	private final Listener listener;

	private final CommandRouter commands;

	private final RedisExecutors executors;

	private final ReconnectingConnection<StatefulRedisPubSubConnection<String, byte[]>> connection;

	private final Set<String> wanted = new LinkedHashSet<>();

	private final Set<String> changed = new LinkedHashSet<>();

	private boolean flushing;

	/** When something last arrived, in nanoseconds. */
	private volatile long received;

	private long ticked = System.nanoTime();

	/**
	 * Creates it without a connection.
	 * @param topology connects to a node
	 * @param node chooses the node
	 * @param sharded whether it listens to what is published on one node of a cluster
	 * @param probes names the pub/sub channels for messages to itself
	 * @param listener receives what arrives
	 * @param commands sends messages to itself
	 * @param executors connect and subscribe
	 */
	PubSubConnection(RedisTopology topology, Supplier<String> node, boolean sharded, IntFunction<String> probes,
			Listener listener, CommandRouter commands, RedisExecutors executors) {
		this.topology = topology;
		this.sharded = sharded;
		this.probes = probes;
		this.listener = listener;
		this.commands = commands;
		this.executors = executors;
		this.connection = new ReconnectingConnection<>("publications", () -> connect(node.get()), this::listen,
				this::resubscribe, executors);
	}

	private StatefulRedisPubSubConnection<String, byte[]> connect(String node) {
		this.node = node;
		keepProbe();
		return this.topology.connectPubSub(node);
	}

	/**
	 * Sends messages to itself through the node to which it is connected: another node
	 * that hangs must not make this one seem dead.
	 */
	synchronized void keepProbe() {
		if (this.probe.isEmpty() || !this.node.equals(this.topology.of(this.probe))) {
			String name = this.topology.nameOn(this.node, this.probes);
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
		this.connection.open();
	}

	boolean isConnected() {
		return this.connection.current() != null;
	}

	private void listen(StatefulRedisPubSubConnection<String, byte[]> connection) {
		this.received = System.nanoTime();
		connection.addListener(new CurrentListener(connection));
	}

	private synchronized void resubscribe() {
		this.changed.addAll(this.wanted);
		flushLater();
	}

	/**
	 * Begins to listen. The listener is called when it has begun, and again whenever that
	 * had to be repeated.
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
			this.executors.later(0, this::flush);
		}
	}

	private void flush() {
		StatefulRedisPubSubConnection<String, byte[]> current;
		List<String> subscribe = new ArrayList<>();
		List<String> unsubscribe = new ArrayList<>();
		synchronized (this) {
			this.flushing = false;
			// Not before: a connection that is made later finds this ended, and flushes
			current = this.connection.current();
			if (current == null) {
				return;
			}
			for (String name : this.changed) {
				(this.wanted.contains(name) ? subscribe : unsubscribe).add(name);
			}
			this.changed.clear();
		}
		// With sharded pub/sub all names of one command have to be in one slot
		int batch = this.sharded ? 1 : BATCH;
		for (int i = 0; i < subscribe.size(); i += batch) {
			subscribe(current, subscribe.subList(i, Math.min(i + batch, subscribe.size())));
		}
		for (int i = 0; i < unsubscribe.size(); i += batch) {
			String[] names = unsubscribe.subList(i, Math.min(i + batch, unsubscribe.size())).toArray(new String[0]);
			if (this.sharded) {
				current.async().sunsubscribe(names);
			}
			else {
				current.async().unsubscribe(names);
			}
		}
	}

	private void subscribe(StatefulRedisPubSubConnection<String, byte[]> used, List<String> batch) {
		String[] names = batch.toArray(new String[0]);
		CompletableFuture<Void> done = (this.sharded ? used.async().ssubscribe(names) : used.async().subscribe(names))
			.toCompletableFuture();
		done.exceptionally((failure) -> {
			if (!(failure instanceof RedisCommandExecutionException)) {
				this.connection.replace(used, "a subscription was not answered");
			}
			else if (this.connection.current() == used) {
				this.listener.onRefused(this, List.of(names), failure);
			}
			return null;
		});
	}

	/**
	 * Checks whether the connection is alive.
	 */
	void tick() {
		StatefulRedisPubSubConnection<String, byte[]> current = this.connection.current();
		long now = System.nanoTime();
		// If this thread was delayed itself, what arrived may have been delayed as well
		boolean late = now - this.ticked > QUIET;
		this.ticked = now;
		long silence = now - this.received;
		if (current == null || late || silence < QUIET) {
			return;
		}
		if (silence > DEAD) {
			this.connection.replace(current, "nothing is heard");
		}
		else {
			this.commands.publish(this.sharded, this.probe, new byte[0]);
		}
	}

	CompletableFuture<Void> close() {
		return this.connection.close();
	}

	/**
	 * Receives what arrives, and learns what the server refused.
	 */
	interface Listener extends PubSubListener {

		/**
		 * Called when the server does not let a connection listen, or not any more.
		 * @param connection the connection
		 * @param names the pub/sub channels
		 * @param reason why, if it is known
		 */
		void onRefused(PubSubConnection connection, List<String> names, @Nullable Throwable reason);

	}

	/**
	 * Passes on what arrives on one connection, as long as it is the present one.
	 */
	private final class CurrentListener extends RedisPubSubAdapter<String, byte[]> {

		private final StatefulRedisPubSubConnection<String, byte[]> connection;

		private CurrentListener(StatefulRedisPubSubConnection<String, byte[]> connection) {
			this.connection = connection;
		}

		private boolean isPresent() {
			boolean present = PubSubConnection.this.connection.current() == this.connection;
			if (present) {
				PubSubConnection.this.received = System.nanoTime();
			}
			return present;
		}

		@Override
		public void message(String name, byte[] message) {
			if (isPresent() && !isProbe(name)) {
				PubSubConnection.this.listener.onMessage(name, message);
			}
		}

		@Override
		public void smessage(String name, byte[] message) {
			message(name, message);
		}

		@Override
		public void subscribed(String name, long count) {
			if (isPresent() && !isProbe(name)) {
				PubSubConnection.this.listener.onSubscribed(name);
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
				PubSubConnection.this.listener.onRefused(PubSubConnection.this, List.of(name), null);
			}
		}

	}

}
