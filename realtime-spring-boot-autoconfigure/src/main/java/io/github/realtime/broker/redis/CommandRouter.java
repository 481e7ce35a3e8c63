package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.SetArgs;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands to the node that has their keys: over one connection, or over one to
 * each master of a cluster, so that one that hangs delays no channels but its own.
 */
final class CommandRouter {

	private final RedisTopology topology;

	private final Duration timeout;

	private final RedisExecutors executors;

	private final Runnable onConnected;

	/** By the id of the node. */
	private final Map<String, CommandConnection> connections = new ConcurrentHashMap<>();

	/**
	 * Creates it without a connection.
	 * @param topology knows which node has which key
	 * @param timeout how long an answer may take
	 * @param executors connect
	 * @param onConnected called whenever a connection has been made
	 */
	CommandRouter(RedisTopology topology, Duration timeout, RedisExecutors executors, Runnable onConnected) {
		this.topology = topology;
		this.timeout = timeout;
		this.executors = executors;
		this.onConnected = onConnected;
	}

	/**
	 * Connects to the nodes that have slots, and gives up the connections to others.
	 */
	synchronized void route() {
		Set<String> ids = this.topology.ids();
		ids.forEach((id) -> this.connections.computeIfAbsent(id, this::open));
		this.connections.forEach((id, connection) -> {
			if (!ids.contains(id)) {
				this.connections.remove(id);
				// What is under way on it may still be answered
				this.executors.later(this.timeout.toMillis(), connection::close);
			}
		});
	}

	private CommandConnection open(String id) {
		CommandConnection connection = new CommandConnection(() -> this.topology.connect(id), this.timeout,
				this.onConnected, this.executors);
		connection.open();
		return connection;
	}

	/**
	 * Waits for the first attempt to make each of the connections.
	 */
	void awaitFirstAttempts() {
		this.connections.values().forEach(CommandConnection::awaitFirstAttempt);
	}

	boolean areConnected() {
		return !this.connections.isEmpty()
				&& this.connections.values().stream().allMatch(CommandConnection::isConnected);
	}

	/**
	 * Runs a script.
	 * @param call the script, its keys and its arguments
	 * @return its reply; completes on the driver's thread
	 */
	CompletableFuture<List<Object>> run(ScriptCall call) {
		String[] keys = call.keys();
		byte[][] arguments = call.arguments();
		return send(keys[0], (connection) -> connection.run(call.script(), keys, arguments));
	}

	/**
	 * Sends a message to those that listen now.
	 * @param sharded whether it stays on the node that has the name
	 * @param name the pub/sub channel
	 * @param message the message
	 * @return how many connections of that node received it
	 */
	CompletableFuture<Long> publish(boolean sharded, String name, byte[] message) {
		return send(name, (connection) -> connection
			.send((commands) -> sharded ? commands.spublish(name, message) : commands.publish(name, message)));
	}

	/**
	 * Writes a value unless there is one.
	 * @param key the key
	 * @param value the value
	 * @return the value that is there now
	 */
	CompletableFuture<byte[]> putIfAbsent(String key, byte[] value) {
		return this
			.<@Nullable String>send(key,
					(connection) -> connection.send((commands) -> commands.set(key, value, new SetArgs().nx())))
			.thenCompose((written) -> send(key, (connection) -> connection.send((commands) -> commands.get(key))));
	}

	/**
	 * Asks the reachable servers whether they have a command.
	 * @param name the command
	 * @return whether all of them do
	 */
	CompletableFuture<Boolean> haveCommand(String name) {
		return this.connections.values()
			.stream()
			.filter(CommandConnection::isConnected)
			.map((connection) -> connection.send((commands) -> commands.commandInfo(name))
				.thenApply((found) -> found.get(0) instanceof List))
			.reduce((one, other) -> one.thenCombine(other, Boolean::logicalAnd))
			.orElseGet(() -> CompletableFuture.failedFuture(RedisFailures.noConnection()));
	}

	private <T extends @Nullable Object> CompletableFuture<T> send(String key,
			Function<CommandConnection, CompletableFuture<T>> command) {
		String id = this.topology.of(key);
		CommandConnection connection = (id != null) ? this.connections.get(id) : null;
		if (connection == null) {
			return CompletableFuture.failedFuture(RedisFailures.noConnection());
		}
		CompletableFuture<T> result = command.apply(connection);
		if (this.topology.isCluster()) {
			result.whenComplete((reply, failure) -> {
				if (failure != null && isElsewhere(failure)) {
					this.topology.refresh();
				}
			});
		}
		return result;
	}

	/**
	 * Whether a node refused a command because the slot has been moved, or is being
	 * moved. It is not sent on to the other node: later ones may have been carried out
	 * there by then.
	 */
	private static boolean isElsewhere(Throwable failure) {
		return failure.getCause() instanceof RedisCommandExecutionException refusal && refusal.getMessage() != null
				&& (refusal.getMessage().startsWith("MOVED ") || refusal.getMessage().startsWith("ASK "));
	}

	CompletableFuture<Void> close() {
		return CompletableFuture
			.allOf(this.connections.values().stream().map(CommandConnection::close).toArray(CompletableFuture[]::new));
	}

}
