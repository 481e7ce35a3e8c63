package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

import io.github.realtime.RealtimeUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Has commands carried out where their keys are: over one connection, or over one to each
 * master of a cluster, so that one that hangs holds up no channels but its own.
 */
final class Commands {

	private final Nodes nodes;

	private final Duration timeout;

	private final Threads threads;

	private final Runnable onConnected;

	/** By the id of the node. */
	private final Map<String, CommandLink> links = new ConcurrentHashMap<>();

	/**
	 * Creates it without a connection.
	 * @param nodes tells where keys are
	 * @param timeout how long an answer may take
	 * @param threads where it connects
	 * @param onConnected called whenever a connection has been made
	 */
	Commands(Nodes nodes, Duration timeout, Threads threads, Runnable onConnected) {
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

	private CommandLink open(String id) {
		CommandLink link = new CommandLink(() -> this.nodes.connect(id), this.timeout, this.onConnected, this.threads);
		link.open();
		return link;
	}

	/**
	 * Waits for the first attempt to make each of the connections.
	 */
	void awaitFirstAttempts() {
		this.links.values().forEach(CommandLink::awaitFirstAttempt);
	}

	boolean areConnected() {
		return !this.links.isEmpty() && this.links.values().stream().allMatch(CommandLink::isConnected);
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
		return send(keys[0], (link, result) -> link.run(script, keys, array, result));
	}

	/**
	 * Sends a message to those who listen now.
	 * @param sharded whether it stays on the node that has the name
	 * @param name the pub/sub channel
	 * @param message the message
	 * @return how many got it there
	 */
	CompletableFuture<Long> publish(boolean sharded, String name, byte[] message) {
		return send(name, (link, result) -> link
			.send((commands) -> sharded ? commands.spublish(name, message) : commands.publish(name, message), result));
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
					(link, result) -> link.send((commands) -> commands.set(key, value, new SetArgs().nx()), result))
			.thenCompose((written) -> this.<byte[]>send(key,
					(link, result) -> link.send((commands) -> commands.get(key), result)));
	}

	/**
	 * Asks the servers that can be reached whether they have a command.
	 * @param name the command
	 * @return whether all of them say so
	 */
	CompletableFuture<Boolean> haveCommand(String name) {
		return this.links.values().stream().filter(CommandLink::isConnected).map((link) -> {
			CompletableFuture<List<Object>> info = new CompletableFuture<>();
			link.send((commands) -> commands.commandInfo(name), into(info));
			return info.thenApply((found) -> found.get(0) instanceof List);
		})
			.reduce((one, other) -> one.thenCombine(other, Boolean::logicalAnd))
			.orElseGet(() -> CompletableFuture.failedFuture(noConnection()));
	}

	private <T extends @Nullable Object> CompletableFuture<T> send(String key, Command<T> command) {
		String id = this.nodes.of(key);
		CommandLink link = (id != null) ? this.links.get(id) : null;
		if (id == null || link == null) {
			return CompletableFuture.failedFuture(noConnection());
		}
		CompletableFuture<T> result = new CompletableFuture<>();
		command.on(link, (reply, failure) -> {
			if (failure == null) {
				result.complete(reply);
			}
			else if (!redirect(failure, id, key, command, result)) {
				result.completeExceptionally(failure);
			}
		});
		return result;
	}

	/**
	 * Sends on what a node of a cluster refused because the slot has been moved, or is
	 * being moved. Commands come here in the order in which they were sent, and go on in
	 * it; not any more, once later ones go the new way directly.
	 */
	private <T extends @Nullable Object> boolean redirect(Throwable failure, String id, String key, Command<T> command,
			CompletableFuture<T> result) {
		String[] words = (failure.getCause() instanceof RedisCommandExecutionException refusal)
				? String.valueOf(refusal.getMessage()).split(" ") : new String[0];
		if (words.length < 3 || !(words[0].equals("MOVED") || words[0].equals("ASK"))) {
			return false;
		}
		String other = this.nodes.at(words[2]);
		CommandLink link = (other != null) ? this.links.get(other) : null;
		this.nodes.refresh();
		if (link == null) {
			return false;
		}
		// The answer comes on the thread that writes to that node: what is written there
		// at once stays together
		link.send(RedisAsyncCommands::asking, (asking, lost) -> {
			boolean same = lost == null && this.nodes.whileOn(id, key, () -> {
				link.send(RedisAsyncCommands::asking, (again, ignored) -> {
				});
				command.on(link, into(result));
			});
			if (!same) {
				result.completeExceptionally(failure);
			}
		});
		return true;
	}

	private static <T extends @Nullable Object> BiConsumer<T, Throwable> into(CompletableFuture<T> future) {
		return (value, failure) -> {
			if (failure == null) {
				future.complete(value);
			}
			else {
				future.completeExceptionally(failure);
			}
		};
	}

	static RealtimeUnavailableException noConnection() {
		return new RealtimeUnavailableException("There is no connection to Redis", null);
	}

	CompletableFuture<Void> close() {
		return CompletableFuture
			.allOf(this.links.values().stream().map(CommandLink::close).toArray(CompletableFuture[]::new));
	}

	/**
	 * What is sent to a node, whichever has the key.
	 *
	 * @param <T> the type of the reply
	 */
	@FunctionalInterface
	private interface Command<T extends @Nullable Object> {

		void on(CommandLink link, BiConsumer<T, Throwable> result);

	}

}
