package io.github.realtime.websocket;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Keeps the frames that were encoded last. A message goes to many clients, mostly within
 * a moment, and is encoded once for all of them.
 */
final class FrameCache {

	/** A power of two. */
	private static final int SLOTS = 64;

	/** In characters. Longer texts are mostly joined messages, for one client. */
	private static final int MAX_TEXT = 2048;

	private final AtomicReferenceArray<Shared> slots = new AtomicReferenceArray<>(SLOTS);

	/**
	 * Returns the frame of a message, encoded now or before.
	 * @param text the whole message; the same object for all clients that get it
	 * @return the frame, which nobody may change
	 */
	byte[] of(String text) {
		if (text.length() > MAX_TEXT) {
			return encode(text);
		}
		int slot = text.hashCode() & (SLOTS - 1);
		Shared shared = this.slots.get(slot);
		if (shared == null || shared.text() != text) {
			shared = new Shared(text, encode(text));
			this.slots.set(slot, shared);
		}
		return shared.frame();
	}

	private static byte[] encode(String text) {
		return FrameEncoder.text(text.getBytes(StandardCharsets.UTF_8), true, true);
	}

	private record Shared(String text, byte[] frame) {

	}

}
