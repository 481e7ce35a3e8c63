package io.github.realtime.broker.redis;

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
 * All connections of one broker. They are made in the background, and follow the channels
 * when those move to another node.
 */
final class RedisConnections {

	private static final Log logger = LogFactory.getLog(RedisLog.CATEGORY);

	private static final byte[] PUBLISH = Bytes.of("PUBLISH");

	private static final byte[] SPUBLISH = Bytes.of("SPUBLISH");

	private static final long PUB_SUB_TICK = 250;

	private static final long CLUSTER_TICK = 1000;

	private final Duration timeout;

	private final RedisExecutors executors;

	private final Runnable onConnected;

	private final RedisTopology topology;

	private final CommandRouter commands;

	private final PubSubAgreement agreement;

	private final PubSubRouter pubSub;

	private final CountDownLatch tried = new CountDownLatch(1);

	/**
	 * Creates it without a connection.
	 * @param clients makes connections
	 * @param timeout how long Redis may take to answer
	 * @param keys names what is in Redis
	 * @param instance the name of this instance
	 * @param executors connect
	 * @param listener receives what arrives on pub/sub channels
	 * @param onConnected called whenever a connection for commands has been made
	 */
	RedisConnections(RedisClients clients, Duration timeout, RedisKeys keys, String instance, RedisExecutors executors,
			PubSubListener listener, Runnable onConnected) {
		this.onConnected = onConnected;
		this.timeout = timeout;
		this.executors = executors;
		this.topology = new RedisTopology(clients, executors, this::route);
		this.commands = new CommandRouter(this.topology, timeout, executors, this::connected);
		this.agreement = new PubSubAgreement(this.topology.isCluster(), this.commands, keys.pubSubMode());
		this.pubSub = new PubSubRouter(this.topology, this.commands, (number) -> keys.probe(instance, number),
				executors, listener);
	}

	/**
	 * Begins to connect.
	 */
	void open() {
		this.executors.connectors().execute(this::connect);
		this.executors.every(PUB_SUB_TICK, this.pubSub::tick);
		if (this.topology.isCluster()) {
			this.executors.every(CLUSTER_TICK, this::tick);
		}
	}

	private void connect() {
		try {
			this.topology.ask();
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
		Boolean sharded = this.agreement.sharded();
		if (sharded != null) {
			this.pubSub.route(sharded);
		}
	}

	private void connected() {
		// The node may have lost what was agreed
		this.agreement.doubt();
		agree();
		this.onConnected.run();
	}

	private CompletableFuture<Void> agree() {
		if (this.agreement.isAgreed()) {
			return CompletableFuture.completedFuture(null);
		}
		return this.agreement.agree().thenRunAsync(this::route, this.executors.connectors());
	}

	private void tick() {
		if (!this.commands.areConnected() || !this.pubSub.areConnected()) {
			this.topology.refresh();
		}
		agree();
	}

	/**
	 * Runs a script.
	 * @param call the script, its keys and its arguments
	 * @return its reply; completes on the driver's thread
	 */
	CompletableFuture<List<Object>> run(ScriptCall call) {
		awaitFirstAttempt();
		return this.commands.run(call);
	}

	/**
	 * Returns the command with which a script sends a message to those that listen.
	 * @return the command, or {@code null} if that is not known yet
	 */
	byte @Nullable [] publishCommand() {
		awaitFirstAttempt();
		Boolean sharded = this.agreement.sharded();
		return (sharded == null) ? null : sharded ? SPUBLISH : PUBLISH;
	}

	/**
	 * Sends a message to those that listen now.
	 * @param name the pub/sub channel
	 * @param message the message
	 * @return how many connections of one node received it
	 */
	CompletableFuture<Long> publish(String name, byte[] message) {
		Boolean sharded = this.agreement.sharded();
		return (sharded != null) ? this.commands.publish(sharded, name, message)
				: CompletableFuture.failedFuture(RedisFailures.noConnection());
	}

	void subscribe(String name) {
		this.pubSub.subscribe(name);
	}

	void unsubscribe(String name) {
		this.pubSub.unsubscribe(name);
	}

	/**
	 * Lets what an application does as soon as it has started succeed.
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
