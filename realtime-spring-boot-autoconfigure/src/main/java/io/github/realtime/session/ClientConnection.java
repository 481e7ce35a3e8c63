package io.github.realtime.session;

import java.io.IOException;
import java.security.Principal;
import java.util.Map;

import io.github.realtime.protocol.CloseCode;
import org.jspecify.annotations.Nullable;

/**
 * The socket of one client.
 */
public interface ClientConnection {

	/**
	 * Writes text and waits until it is written. Called by one thread at a time.
	 * @param text a frame, or a part of one that does not end between two surrogates
	 * @param last whether the frame ends with it
	 * @throws IOException if the peer is gone
	 */
	void write(String text, boolean last) throws IOException;

	/**
	 * Sends a close frame. Not called while a write is under way.
	 * @param code the reason
	 * @throws IOException if the peer is gone
	 */
	void close(CloseCode code, String reason) throws IOException;

	/**
	 * Cuts the connection without a word, also while a write is stuck. Harmless when it
	 * is closed.
	 */
	void abort();

	/**
	 * Returns who opened the socket.
	 * @return the principal, or {@code null} if anonymous
	 */
	@Nullable Principal principal();

	/**
	 * Returns the attributes of the handshake.
	 * @return a live map
	 */
	Map<String, Object> attributes();

}
