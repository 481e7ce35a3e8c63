package io.github.realtime.broker.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.github.realtime.RealtimeUnavailableException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import org.jspecify.annotations.Nullable;

/**
 * Where commands go. None is sent twice; each ends within the time limit, and at once
 * while there is no connection. A connection on which nothing is answered any more is
 * replaced.
 */
final class CommandLink {

	/** How long a server may be silent before a command that got no answer counts. */
	private static final Duration SILENCE = Duration.ofMillis(2500);

	private static final String SHARDED = "sharded pub/sub";

	private static final String PLAIN = "pub/sub";

	private final RedisClients clients;

	private final Duration timeout;

	private final Link<StatefulConnection<String, byte[]>> link;

	/** When each server was last heard. */
	private final ConcurrentMap<String, AtomicLong> heard = new ConcurrentHashMap<>();

	CommandLink(RedisClients clients, Duration timeout, Threads threads, Runnable onConnected) {
		this.clients = clients;
		this.timeout = timeout;
		this.link = new Link<>("commands", clients::connectCommands, this::loadScripts, onConnected, threads);
	}

	void open() {
		this.link.open();
	}

	boolean isConnected() {
		return this.link.connection() != null;
	}

	/**
	 * Sends the scripts ahead of every command that needs them, so that none has to be
	 * sent again behind later ones.
	 */
	private void loadScripts(StatefulConnection<String, byte[]> connection) {
		this.heard.clear();
		for (Script script : Script.values()) {
			RedisClients.async(connection).scriptLoad(script.source());
		}
	}

	/**
	 * Runs a script.
	 * @param script the script
	 * @param keys its keys
	 * @param values its arguments
	 * @return its reply; completes on the driver's thread
	 */
	CompletableFuture<List<Object>> run(Script script, String[] keys, List<byte[]> values) {
		// What an application does as soon as it has started succeeds
		this.link.awaitFirstAttempt(this.timeout);
		byte[][] arguments = values.toArray(new byte[0][]);
		return send(keys[0], (commands, result) -> {
			Function<BiConsumer<List<Object>, Throwable>, ?> whole = (reply) -> commands
				.<List<Object>>eval(script.source(), ScriptOutputType.MULTI, keys, arguments)
				.whenComplete(reply);
			commands.<List<Object>>evalsha(script.digest(), ScriptOutputType.MULTI, keys, arguments)
				.whenComplete((reply, failure) -> {
					if (failure instanceof RedisNoScriptException) {
						whole.apply(result);
					}
					else {
						result.accept(reply, failure);
					}
				});
		});
	}

	/**
	 * Sends a message to those who listen now.
	 * @param sharded whether it stays on the node that has the name's slot
	 * @param name the pub/sub channel
	 * @param message the message
	 * @return how many got it there
	 */
	CompletableFuture<Long> publish(boolean sharded, String name, byte[] message) {
		return send(name,
				(commands, result) -> (sharded ? commands.spublish(name, message) : commands.publish(name, message))
					.whenComplete(result));
	}

	/**
	 * Tells whether the instances that share a cluster relay by sharded pub/sub. The
	 * first of them decides, by what the server can, and writes it down: those that come
	 * later may see a server that can more.
	 * @param key where it is written
	 * @return {@code true} if so
	 */
	CompletableFuture<Boolean> isSharding(String key) {
		return this
			.<List<Object>>send(key, (commands, result) -> commands.commandInfo("SSUBSCRIBE").whenComplete(result))
			.thenCompose((info) -> {
				byte[] transport = ((info.get(0) instanceof List) ? SHARDED : PLAIN)
					.getBytes(StandardCharsets.US_ASCII);
				return this.<@Nullable String>send(key,
						(commands, result) -> commands.set(key, transport, new SetArgs().nx()).whenComplete(result));
			})
			.thenCompose(
					(written) -> this.<byte[]>send(key, (commands, result) -> commands.get(key).whenComplete(result)))
			.thenApply((transport) -> SHARDED.equals(new String(transport, StandardCharsets.US_ASCII)));
	}

	private <T extends @Nullable Object> CompletableFuture<T> send(String key,
			BiConsumer<RedisClusterAsyncCommands<String, byte[]>, BiConsumer<T, Throwable>> command) {
		StatefulConnection<String, byte[]> connection = this.link.connection();
		if (connection == null) {
			return CompletableFuture
				.failedFuture(new RealtimeUnavailableException("There is no connection to Redis", null));
		}
		CompletableFuture<T> result = new CompletableFuture<>();
		AtomicLong heard = heard(key);
		try {
			command.accept(RedisClients.async(connection), (reply, failure) -> {
				if (failure == null) {
					heard.lazySet(System.nanoTime());
					result.complete(reply);
				}
				else {
					result.completeExceptionally(failed(connection, heard, failure));
				}
			});
		}
		catch (RuntimeException ex) {
			result.completeExceptionally(failed(connection, heard, ex));
		}
		return result;
	}

	private RealtimeUnavailableException failed(StatefulConnection<?, ?> connection, AtomicLong heard,
			Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		if (cause instanceof RedisReadOnlyException) {
			this.link.replace(connection, "the server is a replica now");
		}
		else if (cause instanceof RedisCommandTimeoutException) {
			if (System.nanoTime() - heard.get() > SILENCE.toNanos()) {
				this.link.replace(connection, "the server does not answer");
			}
			return new RealtimeUnavailableException("Redis did not answer within " + this.timeout.toMillis() + " ms",
					cause);
		}
		return new RealtimeUnavailableException("Redis failed: " + cause.getMessage(), cause);
	}

	private AtomicLong heard(String key) {
		Partitions partitions = this.clients.partitions();
		RedisClusterNode node = (partitions != null) ? partitions.getMasterBySlot(SlotHash.getSlot(key)) : null;
		return this.heard.computeIfAbsent((node != null) ? node.getNodeId() : "",
				(name) -> new AtomicLong(System.nanoTime()));
	}

	CompletableFuture<Void> close() {
		return this.link.close();
	}

}
