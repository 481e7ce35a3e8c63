package io.github.realtime.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.RefusedException;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.StateEdit;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome.Changed;
import io.github.realtime.broker.StateOutcome.Conflict;
import io.github.realtime.core.HandledChannel;
import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What one client wants to write where the application has a say. It says it of the value
 * that is there; should that change before the write is made, it is asked again.
 */
final class HandledWrite {

	private static final int MAX_ATTEMPTS = 1000;

	private static final Log logger = LogFactory.getLog(WriteHandler.class);

	private final Broker broker;

	private final StateKeys keys;

	private final HandledChannel handled;

	private final Client client;

	private final Command.Write command;

	HandledWrite(Broker broker, StateKeys keys, HandledChannel handled, Client client, Command.Write command) {
		this.broker = broker;
		this.keys = keys;
		this.handled = handled;
		this.client = client;
		this.command = command;
	}

	/**
	 * Makes the write.
	 * @return the reply; exceptionally if the broker failed
	 */
	CompletableFuture<Frame> make() {
		return CompletableFuture.completedFuture(this.command.key())
			.thenApplyAsync((key) -> this.keys.resolve(this.client, this.handled, key), this.keys.threads())
			.thenCompose((key) -> loaded(key).thenCompose((done) -> this.handled.filtersWrites() ? filtered(key)
					: this.broker
						.change(WriteHandler.change(this.client, this.command, WriteHandler.edit(this.command, key)))
						.thenApply((outcome) -> WriteHandler.reply(this.command, key, outcome))))
			.exceptionally(this::refusal);
	}

	private CompletableFuture<Void> loaded(String key) {
		return (this.command.edit() instanceof Command.Add || this.handled.filtersWrites())
				? this.keys.load(this.command.channel(), key) : CompletableFuture.completedFuture(null);
	}

	private CompletableFuture<Frame> filtered(String key) {
		String idempotencyKey = WriteHandler.idempotencyKey(this.client, this.command);
		return ((idempotencyKey != null) ? this.broker.hasChanged(this.command.channel(), idempotencyKey)
				: CompletableFuture.completedFuture(false))
			.thenCombine(this.broker.value(this.command.channel(), key), Seen::new)
			.thenComposeAsync((seen) -> seen.done() ? CompletableFuture.completedFuture(again(key, seen.entry()))
					: attempt(key, seen.entry(), 1), this.keys.threads());
	}

	/**
	 * The application is not asked once more about what it has let through. The value may
	 * be another one by now; the client is told which.
	 */
	private Frame again(String key, @Nullable StateEntry entry) {
		return WriteHandler.ack(this.command, key, (entry != null) ? entry.offset() : 0,
				(entry != null) ? entry.value() : null);
	}

	private CompletableFuture<Frame> attempt(String key, @Nullable StateEntry current, int attempt) {
		Long expect = this.command.expect();
		if (expect != null && ((expect == 0) ? current != null : current == null || current.offset() > expect)) {
			return CompletableFuture.completedFuture(WriteHandler.conflict(this.command, current));
		}
		Line before = (current != null) ? current.value() : null;
		Line after;
		if (this.command.edit() instanceof Command.Add add) {
			Double sum = sum(before, add.by());
			if (sum == null) {
				return CompletableFuture.completedFuture(WriteHandler.notANumber(this.command));
			}
			after = Line.of(sum);
		}
		else {
			after = (this.command.edit() instanceof Command.Put put) ? put.value() : null;
		}
		Line stored = this.keys.as(this.client, () -> this.handled.filter(this.client, key, before, after));
		long offset = (current != null) ? current.offset() : 0;
		StateEdit edit = (stored != null) ? new StateEdit.Set(key, stored, offset) : new StateEdit.Remove(key, offset);
		return this.broker.change(WriteHandler.change(this.client, this.command, edit)).thenComposeAsync((outcome) -> {
			if (outcome instanceof Changed changed && changed.repeated()) {
				// By a socket that is gone, while the application was asked here
				return this.broker.value(this.command.channel(), key).thenApply((entry) -> again(key, entry));
			}
			return (outcome instanceof Conflict conflict && attempt < MAX_ATTEMPTS)
					? attempt(key, conflict.current(), attempt + 1)
					: CompletableFuture.completedFuture(WriteHandler.reply(this.command, key, outcome));
		}, this.keys.threads());
	}

	private static @Nullable Double sum(@Nullable Line before, double by) {
		if (before == null) {
			return by;
		}
		JsonNode number = before.json();
		double sum = number.isNumber() ? number.doubleValue() + by : Double.NaN;
		return Double.isFinite(sum) ? sum : null;
	}

	private Frame refusal(Throwable failure) {
		Throwable cause = failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		if (cause instanceof RefusedException refused) {
			return new Frame.Error(this.command.id(), refused.getCode(), String.valueOf(refused.getMessage()));
		}
		if (cause instanceof RealtimeUnavailableException || cause instanceof RejectedExecutionException) {
			throw new CompletionException(cause);
		}
		logger.error("What " + this.handled + " does about a write failed", cause);
		return WriteHandler.error(this.command, ErrorCode.INTERNAL, "The server failed to do this");
	}

	private record Seen(boolean done, @Nullable StateEntry entry) {

	}

}
