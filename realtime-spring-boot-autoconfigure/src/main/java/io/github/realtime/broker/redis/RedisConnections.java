package io.github.realtime.broker.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * All connections of one broker. They are made in the background, and kept where the
 * channels are.
 */
final class RedisConnections {

	private static final Log logger = LogFactory.getLog(RedisBroker.class);

	private static final byte[] PUBLISH = "PUBLISH".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] SPUBLISH = "SPUBLISH".getBytes(StandardCharsets.US_ASCII);

	private static final long LINK_TICK = 250;

	private static final long CLUSTER_TICK = 1000;

	private final Duration timeout;

	private final RedisExecutors threads;

	private final Runnable onConnected;

	private final RedisTopology nodes;

	private final CommandRouter commands;

	private final PubSubAgreement transport;

	private final PubSubRouter pubSub;

	private final CountDownLatch tried = new CountDownLatch(1);

	/**
	 * Creates it without a connection.
	 * @param clients makes connections
	 * @param timeout how long Redis may take to answer
	 * @param keys names what is in Redis
	 * @param instance the name of this instance
	 * @param threads where it connects
	 * @param hearer is told what is heard
	 * @param onConnected called whenever a connection for commands has been made
	 */
	RedisConnections(RedisClients clients, Duration timeout, RedisKeys keys, String instance, RedisExecutors threads,
			PubSubRouter.Hearer hearer, Runnable onConnected) {
		this.onConnected = onConnected;
		this.timeout = timeout;
		this.threads = threads;
		this.nodes = new RedisTopology(clients, threads, this::route);
		this.commands = new CommandRouter(this.nodes, timeout, threads, this::connected);
		this.transport = new PubSubAgreement(this.nodes.isCluster(), this.commands, keys.transport());
		this.pubSub = new PubSubRouter(this.nodes, this.commands, (number) -> keys.probe(instance, number), threads,
				hearer);
	}

	/**
	 * Begins to connect.
	 */
	void open() {
		this.threads.connectors().execute(this::connect);
		this.threads.every(LINK_TICK, this.pubSub::tick);
		if (this.nodes.isCluster()) {
			this.threads.every(CLUSTER_TICK, this::tick);
		}
	}

	private void connect() {
		try {
			this.nodes.ask();
			this.commands.awaitFirstAttempts();
			agree().get(this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			logger.debug("The instances have not agreed yet", ex);
		}
		finally {
			this.tried.countDown();
		}
	}

	private void route() {
		this.commands.route();
		Boolean sharded = this.transport.sharded();
		if (sharded != null) {
			this.pubSub.route(sharded);
		}
	}

	private void connected() {
		// What was agreed may have been lost with the node that is there again
		this.transport.doubt();
		agree();
		this.onConnected.run();
	}

	private CompletableFuture<Void> agree() {
		if (this.transport.isAgreed()) {
			return CompletableFuture.completedFuture(null);
		}
		return this.transport.agree().thenRunAsync(this::route, this.threads.connectors());
	}

	private void tick() {
		if (!this.commands.areConnected() || !this.pubSub.areConnected()) {
			this.nodes.refresh();
		}
		agree();
	}

	/**
	 * Runs a script.
	 * @param script the script
	 * @param keys its keys
	 * @param arguments its arguments
	 * @return its reply; completes on the driver's thread
	 */
	CompletableFuture<List<Object>> run(Script script, String[] keys, List<byte[]> arguments) {
		awaitFirstAttempt();
		return this.commands.run(script, keys, arguments);
	}

	/**
	 * Tells how a script sends a message to those who listen.
	 * @return the command, or {@code null} if that is not known yet
	 */
	byte @Nullable [] publishCommand() {
		awaitFirstAttempt();
		Boolean sharded = this.transport.sharded();
		return (sharded == null) ? null : sharded ? SPUBLISH : PUBLISH;
	}

	/**
	 * Sends a message to those who listen now.
	 * @param name the pub/sub channel
	 * @param message the message
	 * @return how many got it there
	 */
	CompletableFuture<Long> publish(String name, byte[] message) {
		Boolean sharded = this.transport.sharded();
		return (sharded != null) ? this.commands.publish(sharded, name, message)
				: CompletableFuture.failedFuture(CommandRouter.noConnection());
	}

	void subscribe(String name) {
		this.pubSub.subscribe(name);
	}

	void unsubscribe(String name) {
		this.pubSub.unsubscribe(name);
	}

	/**
	 * What an application does as soon as it has started succeeds.
	 */
	private void awaitFirstAttempt() {
		if (this.tried.getCount() > 0) {
			try {
				this.tried.await(this.timeout.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Gives up all connections and makes no others.
	 * @return completes when they are closed
	 */
	CompletableFuture<Void> close() {
		this.tried.countDown();
		return CompletableFuture.allOf(this.pubSub.close(), this.commands.close());
	}

}
