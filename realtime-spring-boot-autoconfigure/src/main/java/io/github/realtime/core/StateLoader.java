package io.github.realtime.core;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.StateRefusedException;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEdit;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.protocol.Line;
import io.github.realtime.protocol.StateKey;
import org.jspecify.annotations.Nullable;

/**
 * Has the application load values that are not there. Of all who need one at the same
 * time one loads it: in this instance the others wait for its future, in other instances
 * for its claim.
 */
public final class StateLoader {

	/** How long one may take before another instance tries as well. */
	private static final Duration CLAIM = Duration.ofSeconds(30);

	private static final long LOOK_AGAIN = 50;

	private final Broker broker;

	private final StateHandlers handlers;

	/**
	 * Not one of the application's threads: if there is none, nobody learns of what was
	 * to run later.
	 */
	private final Executor later = CompletableFuture.delayedExecutor(LOOK_AGAIN, TimeUnit.MILLISECONDS);

	/** Set while the application loads a value on this thread. */
	private final ThreadLocal<Boolean> busy = ThreadLocal.withInitial(() -> false);

	private final ConcurrentMap<Value, CompletableFuture<Void>> loading = new ConcurrentHashMap<>();

	/**
	 * Creates a loader.
	 * @param broker where the values are
	 * @param handlers load them
	 */
	public StateLoader(Broker broker, StateHandlers handlers) {
		this.broker = broker;
		this.handlers = handlers;
	}

	/**
	 * Sees to it that values are there that can be loaded. Not for the one who loads: all
	 * threads that load could wait for each other.
	 * @param channel the channel
	 * @param keys their keys
	 * @return completes when they are there, or there are none; exceptionally with what
	 * the application threw, or if the broker failed
	 */
	public CompletableFuture<Void> load(String channel, Collection<String> keys) {
		HandledChannel handled = keys.isEmpty() ? null : this.handlers.of(channel);
		if (handled == null || !handled.loadsValues() || this.busy.get()) {
			return CompletableFuture.completedFuture(null);
		}
		return CompletableFuture.allOf(keys.stream()
			.map((key) -> load(handled, new Value(channel, key)))
			.toArray(CompletableFuture<?>[]::new));
	}

	private CompletableFuture<Void> load(HandledChannel handled, Value value) {
		return value.read(this.broker)
			.thenCompose((entry) -> (entry != null) ? CompletableFuture.completedFuture(null) : once(handled, value));
	}

	private CompletableFuture<Void> once(HandledChannel handled, Value value) {
		CompletableFuture<Void> mine = new CompletableFuture<>();
		CompletableFuture<Void> first = this.loading.putIfAbsent(value, mine);
		if (first != null) {
			return first;
		}
		claim(handled, value, System.nanoTime() + CLAIM.toNanos()).whenComplete((done, failure) -> {
			this.loading.remove(value);
			if (failure != null) {
				mine.completeExceptionally(failure);
			}
			else {
				mine.complete(null);
			}
		});
		return mine;
	}

	private CompletableFuture<Void> claim(HandledChannel handled, Value value, long deadline) {
		return this.broker.claim(value.channel(), value.claim(), CLAIM).thenCompose((claimed) -> {
			if (claimed) {
				return loadClaimed(handled, value)
					.whenComplete((done, failure) -> this.broker.release(value.channel(), value.claim()));
			}
			if (System.nanoTime() - deadline > 0) {
				return CompletableFuture.failedFuture(
						new RealtimeUnavailableException("Another instance did not load " + value + " in time", null));
			}
			return CompletableFuture.completedFuture(null)
				.thenComposeAsync((waited) -> value.read(this.broker), this.later)
				.thenCompose((entry) -> (entry != null) ? CompletableFuture.completedFuture(null)
						: claim(handled, value, deadline));
		});
	}

	private CompletableFuture<Void> loadClaimed(HandledChannel handled, Value value) {
		// Whoever had the claim before may have stored it since it was looked for
		return value.read(this.broker).thenComposeAsync((entry) -> {
			Line loaded = (entry == null) ? load(handled, value.key()) : null;
			return (loaded != null) ? store(value, loaded) : CompletableFuture.completedFuture(null);
		}, this.handlers.loaders());
	}

	private @Nullable Line load(HandledChannel handled, String key) {
		this.busy.set(true);
		try {
			return handled.load(key);
		}
		finally {
			this.busy.remove();
		}
	}

	private CompletableFuture<Void> store(Value value, Line loaded) {
		StateEdit edit = new StateEdit.Set(value.key(), loaded, 0L);
		return this.broker.change(new StateChange(value.channel(), List.of(edit))).thenAccept((outcome) -> {
			if (outcome instanceof StateOutcome.Refused refused) {
				throw new StateRefusedException(value.channel(), refused.key(), refused.reason());
			}
		});
	}

	private record Value(String channel, String key) {

		private String claim() {
			return "load:" + this.key;
		}

		private CompletableFuture<@Nullable StateEntry> read(Broker broker) {
			return broker.value(this.channel, this.key);
		}

		@Override
		public String toString() {
			return "'" + StateKey.printable(this.key) + "' of channel '" + this.channel + "'";
		}

	}

}
