package io.github.realtime.broker.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.realtime.Position;
import io.github.realtime.StateRefusedException.Reason;
import io.github.realtime.broker.StateEdit;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StateOutcome.Changed;
import io.github.realtime.broker.StateOutcome.Conflict;
import io.github.realtime.broker.StateOutcome.Refused;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * How {@code change.lua} is told what to do, and what it and others answer.
 */
final class StateCodec {

	private StateCodec() {
	}

	static void write(StateEdit edit, List<byte[]> arguments) {
		if (edit instanceof StateEdit.Set set) {
			write(arguments, "set", set.key(), set.value().text(), expect(set.expect()));
		}
		else if (edit instanceof StateEdit.Remove remove) {
			write(arguments, "remove", remove.key(), "", expect(remove.expect()));
		}
		else if (edit instanceof StateEdit.Increment increment) {
			write(arguments, "increment", increment.key(), Double.toString(increment.by()),
					increment.whole() ? "whole" : "");
		}
		else {
			write(arguments, "clear", "", "", "");
		}
	}

	private static void write(List<byte[]> arguments, String kind, String key, String value, String condition) {
		arguments.add(RedisBroker.bytes(kind));
		arguments.add(RedisBroker.bytes(key));
		arguments.add(RedisBroker.bytes(value));
		arguments.add(RedisBroker.bytes(condition));
	}

	private static String expect(@Nullable Long offset) {
		return (offset != null) ? offset.toString() : "";
	}

	/**
	 * Reads what {@code change.lua} answers.
	 * @param edits what it was told to do
	 * @param reply its answer
	 * @return what became of the change
	 */
	static StateOutcome outcome(List<StateEdit> edits, List<Object> reply) {
		return switch (RedisBroker.text(reply.get(0))) {
			case "changed" -> changed(edits, reply, false);
			case "repeated" -> changed(edits, reply, true);
			case "conflict" -> {
				byte[] value = (byte[]) reply.get(3);
				yield new Conflict(RedisBroker.text(reply.get(1)),
						(value.length > 0) ? entry((Long) reply.get(2), value, 0) : null);
			}
			default -> new Refused(Reason.valueOf(RedisBroker.text(reply.get(1))), RedisBroker.text(reply.get(2)));
		};
	}

	private static Changed changed(List<StateEdit> edits, List<Object> reply, boolean repeated) {
		List<@Nullable Line> values = new ArrayList<>(edits.size());
		int next = 4;
		for (StateEdit edit : edits) {
			if (edit instanceof StateEdit.Increment) {
				values.add((next < reply.size()) ? Line.of(RedisBroker.text(reply.get(next++))) : null);
			}
			else {
				values.add((edit instanceof StateEdit.Set set) ? set.value() : null);
			}
		}
		return new Changed(new Position(RedisBroker.text(reply.get(1)), (Long) reply.get(2)), values, repeated);
	}

	/**
	 * Reads the state.
	 * @param fields each key and its value as it is stored: offset, space, JSON
	 * @return by key the value
	 */
	static Map<String, StateEntry> entries(List<?> fields) {
		Map<String, StateEntry> entries = new LinkedHashMap<>();
		for (int i = 0; i < fields.size(); i += 2) {
			byte[] stored = (byte[]) fields.get(i + 1);
			int space = 0;
			while (stored[space] != ' ') {
				space++;
			}
			entries.put(RedisBroker.text(fields.get(i)),
					entry(Long.parseLong(PublicationMessage.ascii(stored, 0, space)), stored, space + 1));
		}
		return entries;
	}

	static StateEntry entry(long offset, byte[] value, int start) {
		int length = value.length - start;
		return new StateEntry(new Line(new String(value, start, length, StandardCharsets.UTF_8), length), offset);
	}

}
