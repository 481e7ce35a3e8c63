package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.support.Futures;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * One connection on which commands are carried out, in the order in which they are sent.
 * None is sent twice; each ends within the time limit, and immediately if there is no
 * connection. A connection whose server does not answer any more is replaced.
 */
final class CommandConnection {

	/** How long the server may be silent before a command that got no answer counts. */
	private static final Duration SILENCE = Duration.ofMillis(2500);

	private final Duration timeout;

	private final ReconnectingConnection<StatefulRedisConnection<String, byte[]>> connection;

	/** When the server last answered, in nanoseconds. */
	private volatile long answered;

	/**
	 * Creates it without a connection.
	 * @param connector makes a connection; may block
	 * @param timeout how long an answer may take
	 * @param onConnected called whenever there is a connection again
	 * @param executors connect
	 */
	CommandConnection(Supplier<StatefulRedisConnection<String, byte[]>> connector, Duration timeout,
			Runnable onConnected, RedisExecutors executors) {
		this.timeout = timeout;
		this.connection = new ReconnectingConnection<>("commands", connector, this::loadScripts, onConnected,
				executors);
	}

	void open() {
		this.connection.open();
	}

	boolean isConnected() {
		return this.connection.current() != null;
	}

	void awaitFirstAttempt() {
		this.connection.awaitFirstAttempt(this.timeout);
	}

	/**
	 * Sends the scripts ahead of every command that needs them, so that none has to be
	 * sent again behind later ones.
	 */
	private void loadScripts(StatefulRedisConnection<String, byte[]> connection) {
		this.answered = System.nanoTime();
		for (Script script : Script.values()) {
			connection.async().scriptLoad(script.source());
		}
	}

	/**
	 * Runs a script.
	 * @param script the script
	 * @param keys its keys
	 * @param arguments its arguments
	 * @return its reply; completes on the driver's thread
	 */
	CompletableFuture<List<Object>> run(Script script, String[] keys, byte[][] arguments) {
		CompletableFuture<List<Object>> result = new CompletableFuture<>();
		send((commands) -> commands.<List<Object>>evalsha(script.digest(), ScriptOutputType.MULTI, keys, arguments),
				(reply, failure) -> {
					if (failure != null && failure.getCause() instanceof RedisNoScriptException) {
						send((commands) -> commands.<List<Object>>eval(script.source(), ScriptOutputType.MULTI, keys,
								arguments), into(result));
					}
					else {
						into(result).accept(reply, failure);
					}
				});
		return result;
	}

	/**
	 * Sends a command.
	 * @param command the command
	 * @return its reply, or a {@link RealtimeUnavailableException}; completes on the
	 * driver's thread
	 * @param <T> the type of the reply
	 */
	<T extends @Nullable Object> CompletableFuture<T> send(
			Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
		CompletableFuture<T> result = new CompletableFuture<>();
		send(command, into(result));
		return result;
	}

	private static <T extends @Nullable Object> BiConsumer<T, @Nullable Throwable> into(CompletableFuture<T> future) {
		return (reply, failure) -> {
			if (failure == null) {
				future.complete(reply);
			}
			else {
				future.completeExceptionally(failure);
			}
		};
	}

	private <T extends @Nullable Object> void send(
			Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command,
			BiConsumer<T, @Nullable Throwable> result) {
		StatefulRedisConnection<String, byte[]> current = this.connection.current();
		if (current == null) {
			result.accept(null, RedisFailures.noConnection());
			return;
		}
		CompletionStage<T> sent;
		try {
			sent = command.apply(current.async());
		}
		catch (RuntimeException ex) {
			result.accept(null, failed(current, ex));
			return;
		}
		sent.whenComplete((reply, failure) -> {
			if (failure == null) {
				this.answered = System.nanoTime();
				result.accept(reply, null);
			}
			else {
				result.accept(null, failed(current, failure));
			}
		});
	}

	private RealtimeUnavailableException failed(StatefulConnection<?, ?> used, Throwable failure) {
		Throwable cause = Futures.causeOf(failure);
		if (cause instanceof RedisReadOnlyException || isReadOnly(cause)) {
			this.connection.replace(used, "the server is a replica now");
		}
		else if (cause instanceof RedisCommandTimeoutException) {
			if (System.nanoTime() - this.answered > SILENCE.toNanos()) {
				this.connection.replace(used, "the server does not answer");
			}
			return RedisFailures.noReply(this.timeout, cause);
		}
		return RedisFailures.failed(cause);
	}

	/** Redis 6.2 puts the code in the middle of its message about the script. */
	private static boolean isReadOnly(Throwable failure) {
		return failure instanceof RedisCommandExecutionException
				&& String.valueOf(failure.getMessage()).contains("READONLY ");
	}

	CompletableFuture<Void> close() {
		return this.connection.close();
	}

}
