package io.github.realtime.broker.redis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEdit;
import io.github.realtime.protocol.Line;

/**
 * Changes of state with all that may come together in one, at random.
 */
final class RandomEdits {

	private static final List<String> CHANNELS = List.of("board_1", "few_1", "small_1");

	private static final List<String> KEYS = List.of("a", "b", "ü", "__proto__", "🎉/\"\\", "constructor");

	private static final List<String> VALUES = List.of("null", "true", "\"\"", "\"5\"", "\"ünï 🎉\"", "[1,2]", "{}",
			"0", "-0", "-0.0", "1", "1.0", "1e0", "1E400", "-1", "0.1", "0.30000000000000004", "1e21", "1e20", "1e-7",
			"5e-324", "1.7976931348623157e308", "123456789012345680000", "9007199254740991", "9007199254740992",
			"-9007199254740991", "9007199254740993", "0.1000000000000000055511151231257827");

	private static final double[] BY = { 0, -0.0, 1, -1, 0.1, 0.2, 0.5, 1e-7, 1e-300, Double.MIN_VALUE, 2e-3, 1e15,
			1e16, 1e20, 1e21, 1e22, 1e23, 2e23, 1e308, 9007199254740991.0, -9007199254740991.0, 1.0 / 3, 1e15 + 0.3 };

	private final Random random;

	private final Map<String, StateChange> named = new HashMap<>();

	RandomEdits(long seed) {
		this.random = new Random(seed);
	}

	StateChange next() {
		int count = (this.random.nextInt(3) > 0) ? 1 : this.random.nextInt(5);
		List<StateEdit> edits = IntStream.range(0, count).mapToObj((i) -> edit()).toList();
		String key = (this.random.nextInt(3) == 0) ? "op" + this.random.nextInt(200) : null;
		StateChange change = new StateChange(of(CHANNELS), edits, "c1", key, key);
		return (key != null) ? this.named.computeIfAbsent(key, (name) -> change) : change;
	}

	private StateEdit edit() {
		return switch (this.random.nextInt(20)) {
			case 0 -> new StateEdit.Clear();
			case 1, 2 -> new StateEdit.Remove(of(KEYS), expect());
			case 3, 4, 5, 6, 7, 8, 9, 10 ->
				new StateEdit.Increment(of(KEYS), BY[this.random.nextInt(BY.length)], this.random.nextInt(4) == 0);
			default -> new StateEdit.Set(of(KEYS), Line.of(of(VALUES)), expect());
		};
	}

	private Long expect() {
		return switch (this.random.nextInt(6)) {
			case 0 -> 0L;
			case 1 -> (long) this.random.nextInt(1000);
			default -> null;
		};
	}

	private <T> T of(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

}
