package io.github.realtime.broker.redis;

import io.github.realtime.broker.PresenceChange;
import io.github.realtime.protocol.Line;

/**
 * The message in which a script publishes a change of who is on a channel: a mark, its
 * number, and the client's id, each of the last two followed by a space, then the line.
 */
final class PresenceMessage {

	private PresenceMessage() {
	}

	/**
	 * Tells it apart from a publication, which begins with its epoch.
	 * @param message a message on a channel
	 * @return whether it is a presence change
	 */
	static boolean matches(byte[] message) {
		return message.length > 0 && message[0] == '!';
	}

	static PresenceChange read(String channel, byte[] message) {
		String text = Bytes.text(message);
		int id = text.indexOf(' ') + 1;
		int line = text.indexOf(' ', id) + 1;
		return new PresenceChange(channel, Long.parseLong(text.substring(1, id - 1)), text.substring(id, line - 1),
				Line.of(text.substring(line)));
	}

}
