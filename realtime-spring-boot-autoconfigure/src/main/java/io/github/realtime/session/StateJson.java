package io.github.realtime.session;

import java.util.Map;

import io.github.realtime.broker.StateEntry;
import io.github.realtime.protocol.Line;

/**
 * Writes a channel's state as the JSON that clients get.
 */
final class StateJson {

	private StateJson() {
	}

	static String of(Map<String, StateEntry> state) {
		StringBuilder json = new StringBuilder("{");
		state.forEach((key, entry) -> json.append((json.length() > 1) ? "," : "")
			.append(Line.quoted(key))
			.append(':')
			.append(entry.value().text()));
		return json.append('}').toString();
	}

}
