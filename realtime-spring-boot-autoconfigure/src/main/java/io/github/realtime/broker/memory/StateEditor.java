package io.github.realtime.broker.memory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.realtime.StateRefusedException.Reason;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEdit;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.protocol.JsonObject;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Works out what a change makes of a channel's values, without touching them.
 */
final class StateEditor {

	private static final Line TRUE = Line.of("true");

	private final ChannelValues values;

	/** By key the new value, or {@code null} where it is to be removed. */
	private final Map<String, @Nullable Line> changes = new LinkedHashMap<>();

	private final List<@Nullable Line> results = new ArrayList<>();

	private @Nullable StateOutcome failure;

	StateEditor(ChannelValues values, StateChange change) {
		this.values = values;
		for (StateEdit edit : change.edits()) {
			if (this.failure == null) {
				this.failure = edit(edit);
			}
		}
		if (this.failure == null) {
			this.failure = checkBounds();
		}
	}

	/**
	 * Tells why the change can't be made.
	 * @return the outcome, or {@code null} if it can
	 */
	@Nullable StateOutcome failure() {
		return this.failure;
	}

	Map<String, @Nullable Line> changes() {
		return this.changes;
	}

	/**
	 * Returns what each edit leaves behind.
	 * @return the values
	 */
	List<@Nullable Line> results() {
		return this.results;
	}

	/**
	 * Writes the changes as a publication has them.
	 * @return a part of a JSON object
	 */
	String json() {
		if (this.changes.size() == 1) {
			Map.Entry<String, @Nullable Line> only = this.changes.entrySet().iterator().next();
			return add(JsonObject.rest(), only.getKey(), only.getValue()).members();
		}
		List<String> all = new ArrayList<>();
		this.changes.forEach((key, value) -> all.add(add(JsonObject.begin(), key, value).end().text()));
		return JsonObject.rest().json("changes", Line.of("[" + String.join(",", all) + "]")).members();
	}

	private static JsonObject add(JsonObject json, String key, @Nullable Line value) {
		json.text("key", key);
		return (value != null) ? json.json("value", value) : json.json("deleted", TRUE);
	}

	private @Nullable StateOutcome edit(StateEdit edit) {
		if (edit instanceof StateEdit.Set set) {
			return put(set.key(), set.value(), set.expect());
		}
		if (edit instanceof StateEdit.Remove remove) {
			return put(remove.key(), null, remove.expect());
		}
		if (edit instanceof StateEdit.Increment increment) {
			return increment(increment);
		}
		this.values.entries().keySet().forEach((key) -> this.changes.put(key, null));
		this.changes.replaceAll((key, value) -> null);
		this.results.add(null);
		return null;
	}

	private @Nullable StateOutcome put(String key, @Nullable Line value, @Nullable Long expect) {
		StateEntry current = this.values.entries().get(key);
		if (expect != null && (this.changes.containsKey(key)
				|| ((expect == 0) ? current != null : current == null || current.offset() > expect))) {
			return new StateOutcome.Conflict(key, current);
		}
		this.changes.put(key, value);
		this.results.add(value);
		return null;
	}

	private @Nullable StateOutcome increment(StateEdit.Increment increment) {
		Line current = current(increment.key());
		JsonNode json = (current != null) ? current.json() : null;
		if (json != null && !json.isNumber()) {
			return new StateOutcome.Refused(Reason.NOT_A_NUMBER, increment.key());
		}
		double before = (json != null) ? json.doubleValue() : 0;
		double after = before + increment.by();
		if (!Double.isFinite(after)) {
			return new StateOutcome.Refused(Reason.NOT_A_NUMBER, increment.key());
		}
		if (increment.whole() && !(isWhole(before) && isWhole(increment.by()) && isWhole(after))) {
			return new StateOutcome.Refused(Reason.NOT_WHOLE, increment.key());
		}
		Line value = Line.of(after);
		this.changes.put(increment.key(), value);
		this.results.add(value);
		return null;
	}

	private @Nullable Line current(String key) {
		if (this.changes.containsKey(key)) {
			return this.changes.get(key);
		}
		StateEntry entry = this.values.entries().get(key);
		return (entry != null) ? entry.value() : null;
	}

	private static boolean isWhole(double number) {
		return number == Math.rint(number) && Math.abs(number) <= Line.MAX_WHOLE;
	}

	private @Nullable StateOutcome checkBounds() {
		long bytes = this.values.bytes();
		int keys = this.values.entries().size();
		String grown = null;
		for (Map.Entry<String, @Nullable Line> change : this.changes.entrySet()) {
			StateEntry before = this.values.entries().get(change.getKey());
			long growth = ChannelValues.weight(change.getKey(), change.getValue())
					- ChannelValues.weight(change.getKey(), (before != null) ? before.value() : null);
			bytes += growth;
			keys += ((change.getValue() != null) ? 1 : 0) - ((before != null) ? 1 : 0);
			grown = (growth > 0) ? change.getKey() : grown;
		}
		if (grown == null) {
			return null;
		}
		if (keys > this.values.policy().keys()) {
			return new StateOutcome.Refused(Reason.TOO_MANY_KEYS, grown);
		}
		return (bytes > this.values.policy().size()) ? new StateOutcome.Refused(Reason.TOO_LARGE, grown) : null;
	}

}
