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
import io.github.realtime.support.Futures;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Makes a client's write to a channel that the application handles. The application
 * decides by the current value; if that changes before the write is made, it is asked
 * again.
 */
final class HandledWrite {

	private static final int MAX_ATTEMPTS = 1000;

	private static final Log logger = LogFactory.getLog(HandledWrite.class);

	private final Broker broker;

	private final StateKeys keys;

	private final HandledChannel handled;

	private final ClientWrite write;

	private final Client client;

	private final Command.Write command;

	HandledWrite(Broker broker, StateKeys keys, HandledChannel handled, ClientWrite write) {
		this.broker = broker;
		this.keys = keys;
		this.handled = handled;
		this.write = write;
		this.client = write.client();
		this.command = write.command();
	}

	/**
	 * Makes the write.
	 * @return the reply; exceptionally if the broker failed
	 */
	CompletableFuture<Frame> make() {
		return CompletableFuture.completedFuture(this.command.key())
			.thenApplyAsync((key) -> this.keys.resolve(this.client, this.handled, key), this.keys.threads())
			.thenCompose((key) -> loaded(key)
				.thenCompose((done) -> this.handled.filtersWrites() ? filtered(key) : unfiltered(key)))
			.exceptionally(this::refusal);
	}

	private CompletableFuture<Void> loaded(String key) {
		return (this.command.edit() instanceof Command.Add || this.handled.filtersWrites())
				? this.keys.load(this.write.channel(), key) : CompletableFuture.completedFuture(null);
	}

	private CompletableFuture<Frame> unfiltered(String key) {
		return this.broker.change(this.write.change(this.write.edit(key)))
			.thenApply((outcome) -> this.write.reply(key, outcome));
	}

	private CompletableFuture<Frame> filtered(String key) {
		String idempotencyKey = this.write.idempotencyKey();
		return ((idempotencyKey != null) ? this.broker.hasChanged(this.write.channel(), idempotencyKey)
				: CompletableFuture.completedFuture(false))
			.thenCombine(this.broker.value(this.write.channel(), key), Seen::new)
			.thenComposeAsync((seen) -> seen.done() ? CompletableFuture.completedFuture(again(key, seen.entry()))
					: attempt(key, seen.entry(), 1), this.keys.threads());
	}

	/**
	 * Makes the reply to a write that was made before. The application is not asked again
	 * about it. The value may be another one by now, so the reply has it.
	 */
	private Frame again(String key, @Nullable StateEntry entry) {
		return this.write.ack(key, (entry != null) ? entry.offset() : 0, (entry != null) ? entry.value() : null);
	}

	private CompletableFuture<Frame> attempt(String key, @Nullable StateEntry current, int attempt) {
		Long expect = this.command.expect();
		if (expect != null && ((expect == 0) ? current != null : current == null || current.offset() > expect)) {
			return CompletableFuture.completedFuture(this.write.conflict(current));
		}
		Line before = (current != null) ? current.value() : null;
		Line after;
		if (this.command.edit() instanceof Command.Add add) {
			Double sum = sum(before, add.by());
			if (sum == null) {
				return CompletableFuture.completedFuture(this.write.notANumber());
			}
			after = Line.of(sum);
		}
		else {
			after = (this.command.edit() instanceof Command.Put put) ? put.value() : null;
		}
		Line stored = this.keys.as(this.client, () -> this.handled.filter(this.client, key, before, after));
		long offset = (current != null) ? current.offset() : 0;
		StateEdit edit = (stored != null) ? new StateEdit.Set(key, stored, offset) : new StateEdit.Remove(key, offset);
		return this.broker.change(this.write.change(edit)).thenComposeAsync((outcome) -> {
			if (outcome instanceof Changed changed && changed.repeated()) {
				// By a socket that is gone, while the application was asked here
				return this.broker.value(this.write.channel(), key).thenApply((entry) -> again(key, entry));
			}
			return (outcome instanceof Conflict conflict && attempt < MAX_ATTEMPTS)
					? attempt(key, conflict.current(), attempt + 1)
					: CompletableFuture.completedFuture(this.write.reply(key, outcome));
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
		Throwable cause = Futures.causeOf(failure);
		if (cause instanceof RefusedException refused) {
			return new Frame.Error(this.command.id(), refused.getCode(), String.valueOf(refused.getMessage()));
		}
		if (cause instanceof RealtimeUnavailableException || cause instanceof RejectedExecutionException) {
			throw new CompletionException(cause);
		}
		logger.error("What " + this.handled + " does about a write failed", cause);
		return this.write.error(ErrorCode.INTERNAL, "The server failed to do this");
	}

	/**
	 * Whether the write was made before, and the value that is there.
	 */
	private record Seen(boolean done, @Nullable StateEntry entry) {

	}

}
