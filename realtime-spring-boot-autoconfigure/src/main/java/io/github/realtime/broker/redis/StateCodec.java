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
 * Writes edits for {@code change.lua}, and reads what this and other scripts return about
 * state.
 */
final class StateCodec {

	private StateCodec() {
	}

	/**
	 * Writes edits.
	 * @param edits the edits
	 * @return four arguments for each
	 */
	static List<byte[]> write(List<StateEdit> edits) {
		List<byte[]> arguments = new ArrayList<>(edits.size() * 4);
		edits.forEach((edit) -> write(edit, arguments));
		return arguments;
	}

	private static void write(StateEdit edit, List<byte[]> arguments) {
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
		arguments.add(Bytes.of(kind));
		arguments.add(Bytes.of(key));
		arguments.add(Bytes.of(value));
		arguments.add(Bytes.of(condition));
	}

	private static String expect(@Nullable Long offset) {
		return (offset != null) ? offset.toString() : "";
	}

	/**
	 * Reads the reply of {@code change.lua}.
	 * @param edits the edits it got
	 * @param reply its reply
	 * @return what became of the change
	 */
	static StateOutcome outcome(List<StateEdit> edits, List<Object> reply) {
		return switch (Bytes.text(reply.get(0))) {
			case "changed" -> changed(edits, reply, false);
			case "repeated" -> changed(edits, reply, true);
			case "conflict" -> {
				byte[] value = (byte[]) reply.get(3);
				yield new Conflict(Bytes.text(reply.get(1)),
						(value.length > 0) ? entry((Long) reply.get(2), value, 0) : null);
			}
			default -> new Refused(Reason.valueOf(Bytes.text(reply.get(1))), Bytes.text(reply.get(2)));
		};
	}

	private static Changed changed(List<StateEdit> edits, List<Object> reply, boolean repeated) {
		List<@Nullable Line> values = new ArrayList<>(edits.size());
		int next = 4;
		for (StateEdit edit : edits) {
			if (edit instanceof StateEdit.Increment) {
				values.add((next < reply.size()) ? Line.of(Bytes.text(reply.get(next++))) : null);
			}
			else {
				values.add((edit instanceof StateEdit.Set set) ? set.value() : null);
			}
		}
		return new Changed(new Position(Bytes.text(reply.get(1)), (Long) reply.get(2)), values, repeated);
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
			entries.put(Bytes.text(fields.get(i)),
					entry(Long.parseLong(Bytes.ascii(stored, 0, space)), stored, space + 1));
		}
		return entries;
	}

	static StateEntry entry(long offset, byte[] value, int start) {
		int length = value.length - start;
		return new StateEntry(new Line(new String(value, start, length, StandardCharsets.UTF_8), length), offset);
	}

}
