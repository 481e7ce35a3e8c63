package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.github.realtime.RealtimeUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.SetArgs;
import org.jspecify.annotations.Nullable;

/**
 * Has commands carried out where their keys are: over one connection, or over one to each
 * master of a cluster, so that one that hangs holds up no channels but its own.
 */
final class CommandRouter {

	private final RedisTopology nodes;

	private final Duration timeout;

	private final RedisExecutors threads;

	private final Runnable onConnected;

	/** By the id of the node. */
	private final Map<String, CommandConnection> links = new ConcurrentHashMap<>();

	/**
	 * Creates it without a connection.
	 * @param nodes tells where keys are
	 * @param timeout how long an answer may take
	 * @param threads where it connects
	 * @param onConnected called whenever a connection has been made
	 */
	CommandRouter(RedisTopology nodes, Duration timeout, RedisExecutors threads, Runnable onConnected) {
		this.nodes = nodes;
		this.timeout = timeout;
		this.threads = threads;
		this.onConnected = onConnected;
	}

	/**
	 * Brings connections to where the slots are.
	 */
	synchronized void route() {
		Set<String> ids = this.nodes.ids();
		ids.forEach((id) -> this.links.computeIfAbsent(id, this::open));
		this.links.forEach((id, link) -> {
			if (!ids.contains(id)) {
				this.links.remove(id);
				// What is under way on it may still be answered
				this.threads.later(this.timeout.toMillis(), link::close);
			}
		});
	}

	private CommandConnection open(String id) {
		CommandConnection link = new CommandConnection(() -> this.nodes.connect(id), this.timeout, this.onConnected,
				this.threads);
		link.open();
		return link;
	}

	/**
	 * Waits for the first attempt to make each of the connections.
	 */
	void awaitFirstAttempts() {
		this.links.values().forEach(CommandConnection::awaitFirstAttempt);
	}

	boolean areConnected() {
		return !this.links.isEmpty() && this.links.values().stream().allMatch(CommandConnection::isConnected);
	}

	/**
	 * Runs a script.
	 * @param script the script
	 * @param keys its keys
	 * @param arguments its arguments
	 * @return its reply; completes on the driver's thread
	 */
	CompletableFuture<List<Object>> run(Script script, String[] keys, List<byte[]> arguments) {
		byte[][] array = arguments.toArray(new byte[0][]);
		return send(keys[0], (link) -> link.run(script, keys, array));
	}

	/**
	 * Sends a message to those who listen now.
	 * @param sharded whether it stays on the node that has the name
	 * @param name the pub/sub channel
	 * @param message the message
	 * @return how many got it there
	 */
	CompletableFuture<Long> publish(boolean sharded, String name, byte[] message) {
		return send(name, (link) -> link
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
					(link) -> link.send((commands) -> commands.set(key, value, new SetArgs().nx())))
			.thenCompose((written) -> send(key, (link) -> link.send((commands) -> commands.get(key))));
	}

	/**
	 * Asks the servers that can be reached whether they have a command.
	 * @param name the command
	 * @return whether all of them say so
	 */
	CompletableFuture<Boolean> haveCommand(String name) {
		return this.links.values()
			.stream()
			.filter(CommandConnection::isConnected)
			.map((link) -> link.send((commands) -> commands.commandInfo(name))
				.thenApply((found) -> found.get(0) instanceof List))
			.reduce((one, other) -> one.thenCombine(other, Boolean::logicalAnd))
			.orElseGet(() -> CompletableFuture.failedFuture(noConnection()));
	}

	private <T extends @Nullable Object> CompletableFuture<T> send(String key,
			Function<CommandConnection, CompletableFuture<T>> command) {
		String id = this.nodes.of(key);
		CommandConnection link = (id != null) ? this.links.get(id) : null;
		if (link == null) {
			return CompletableFuture.failedFuture(noConnection());
		}
		CompletableFuture<T> result = command.apply(link);
		if (this.nodes.isCluster()) {
			result.whenComplete((reply, failure) -> {
				if (failure != null && isElsewhere(failure)) {
					this.nodes.refresh();
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

	static RealtimeUnavailableException noConnection() {
		return new RealtimeUnavailableException("There is no connection to Redis", null);
	}

	CompletableFuture<Void> close() {
		return CompletableFuture
			.allOf(this.links.values().stream().map(CommandConnection::close).toArray(CompletableFuture[]::new));
	}

}
