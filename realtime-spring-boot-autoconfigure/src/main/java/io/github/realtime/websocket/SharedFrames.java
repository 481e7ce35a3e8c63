package io.github.realtime.websocket;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The frames that were made last, so that a message that goes to many clients, most of
 * them within a moment, is encoded once.
 */
final class SharedFrames {

	/** A power of two. */
	private static final int SLOTS = 64;

	/** In characters. What is longer was mostly joined, for one client. */
	private static final int MAX_TEXT = 2048;

	private final AtomicReferenceArray<Shared> slots = new AtomicReferenceArray<>(SLOTS);

	/**
	 * Makes a frame, or takes one that was made before.
	 * @param text a whole message. What several clients get is the same object
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
		return Frames.text(text.getBytes(StandardCharsets.UTF_8), true, true);
	}

	private record Shared(String text, byte[] frame) {

	}

}
