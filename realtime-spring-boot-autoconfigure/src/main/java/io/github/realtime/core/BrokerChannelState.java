package io.github.realtime.core;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.github.realtime.ChannelState;
import io.github.realtime.PageCursor;
import io.github.realtime.RealtimeException;
import io.github.realtime.StateRefusedException;
import io.github.realtime.Versioned;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.History;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEdit;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StateOutcome.Changed;
import io.github.realtime.broker.StateOutcome.Refused;
import io.github.realtime.protocol.Line;
import io.github.realtime.protocol.StateKey;
import io.github.realtime.support.Futures;
import io.github.realtime.support.JsonCodec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.util.Assert;

/**
 * A channel's state as the broker keeps it.
 */
final class BrokerChannelState implements ChannelState {

	private static final int MAX_ATTEMPTS = 1000;

	private final Broker broker;

	private final JsonCodec json;

	private final StateLoader loader;

	private final String channel;

	BrokerChannelState(Broker broker, JsonCodec json, StateLoader loader, String channel) {
		this.broker = broker;
		this.json = json;
		this.loader = loader;
		this.channel = channel;
	}

	@Override
	public <T> Versioned<T> get(String key, Class<T> type) {
		return versioned(read(key), key, type);
	}

	@Override
	public <T> Versioned<T> get(String key, ParameterizedTypeReference<T> type) {
		return versioned(read(key), key, type.getType());
	}

	private @Nullable StateEntry read(String key) {
		load(List.of(valid(key)));
		return Futures.await(this.broker.value(this.channel, key));
	}

	private void load(List<String> keys) {
		Futures.awaitCode(this.loader.load(this.channel, keys));
	}

	private <T> Versioned<T> versioned(@Nullable StateEntry entry, String key, Type type) {
		return (entry != null)
				? new Versioned<>(this.json.<T>read(this.channel, key, entry.value(), type), entry.offset())
				: new Versioned<>(null, 0);
	}

	@Override
	public Map<String, JsonNode> getAll() {
		return cursor().state();
	}

	@Override
	public PageCursor cursor() {
		History read = Futures.await(this.broker.snapshot(this.channel, null, 0));
		Map<String, Line> values = new LinkedHashMap<>();
		if (read.state() != null) {
			read.state().forEach((key, entry) -> values.put(key, entry.value()));
		}
		return new PageCursor(this.channel, read.top(), values);
	}

	@Override
	public void set(String key, @Nullable Object value) {
		change((changes) -> changes.set(key, value));
	}

	@Override
	public boolean compareAndSet(String key, long expectedOffset, @Nullable Object value) {
		Assert.isTrue(expectedOffset >= 0, "'expectedOffset' must not be negative");
		return make(
				new StateEdit.Set(valid(key), this.json.write(this.channel, value), expectedOffset)) instanceof Changed;
	}

	@Override
	public <T> @Nullable T update(String key, Class<T> type, UnaryOperator<@Nullable T> function) {
		return update(key, (Type) type, function);
	}

	@Override
	public <T> @Nullable T update(String key, ParameterizedTypeReference<T> type, UnaryOperator<@Nullable T> function) {
		return update(key, type.getType(), function);
	}

	private <T> @Nullable T update(String key, Type type, UnaryOperator<@Nullable T> function) {
		StateEntry entry = read(key);
		for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
			Versioned<T> before = versioned(entry, key, type);
			T after = function.apply(before.value());
			StateOutcome outcome = make(new StateEdit.Set(key, this.json.write(this.channel, after), before.offset()));
			if (!(outcome instanceof StateOutcome.Conflict conflict)) {
				return after;
			}
			entry = conflict.current();
			// So that those who are at it at the same time come one after the other
			LockSupport.parkNanos(
					TimeUnit.MICROSECONDS.toNanos(ThreadLocalRandom.current().nextInt(Math.min(attempt, 20) * 100)));
		}
		throw new RealtimeException("What is at '" + StateKey.printable(key) + "' of channel '" + this.channel
				+ "' was changed by others " + MAX_ATTEMPTS + " times while it was to be updated", null);
	}

	@Override
	public long increment(String key, long by) {
		return (long) incremented(key, by, true);
	}

	@Override
	public double increment(String key, double by) {
		return incremented(key, by, false);
	}

	private double incremented(String key, double by, boolean whole) {
		Line value = ((Changed) make(new StateEdit.Increment(valid(key), finite(by), whole))).values().get(0);
		Assert.state(value != null, "An increment leaves a value behind");
		return Double.parseDouble(value.text());
	}

	@Override
	public void remove(String key) {
		change((changes) -> changes.remove(key));
	}

	@Override
	public void clear() {
		change(Changes::clear);
	}

	@Override
	public void change(Consumer<Changes> changes) {
		Edits edits = new Edits();
		changes.accept(edits);
		if (!edits.list.isEmpty()) {
			make(edits.list.toArray(new StateEdit[0]));
		}
	}

	private StateOutcome make(StateEdit... edits) {
		load(Arrays.stream(edits)
			.filter(StateEdit.Increment.class::isInstance)
			.map((edit) -> ((StateEdit.Increment) edit).key())
			.toList());
		StateOutcome outcome = Futures.await(this.broker.change(new StateChange(this.channel, List.of(edits))));
		if (outcome instanceof Refused refused) {
			throw new StateRefusedException(this.channel, refused.key(), refused.reason());
		}
		return outcome;
	}

	private static String valid(String key) {
		String violation = StateKey.violation(key);
		Assert.isTrue(violation == null, () -> String.valueOf(violation));
		return key;
	}

	private static double finite(double by) {
		Assert.isTrue(Double.isFinite(by), "'by' must be a finite number");
		return by;
	}

	@Override
	public String toString() {
		return "state of channel '" + this.channel + "'";
	}

	private final class Edits implements Changes {

		private final List<StateEdit> list = new ArrayList<>();

		@Override
		public Changes set(String key, @Nullable Object value) {
			return add(new StateEdit.Set(valid(key),
					BrokerChannelState.this.json.write(BrokerChannelState.this.channel, value), null));
		}

		@Override
		public Changes increment(String key, long by) {
			return add(new StateEdit.Increment(valid(key), by, true));
		}

		@Override
		public Changes increment(String key, double by) {
			return add(new StateEdit.Increment(valid(key), finite(by), false));
		}

		@Override
		public Changes remove(String key) {
			return add(new StateEdit.Remove(valid(key), null));
		}

		@Override
		public Changes clear() {
			return add(new StateEdit.Clear());
		}

		private Changes add(StateEdit edit) {
			this.list.add(edit);
			return this;
		}

	}

}
