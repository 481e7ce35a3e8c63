package io.github.realtime.session;

import io.github.realtime.Publication;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * Holds the newest publication of a channel for a client that reads more slowly than the
 * channel publishes and may miss those before. A change of the state is never missed:
 * where one would be, the client is made to read the state anew.
 */
final class Newest {

	private final Client client;

	private final String channel;

	private final Runnable onStateMissed;

	private @Nullable Publication held;

	private @Nullable Line line;

	private boolean skipped;

	private boolean stateMissed;

	/**
	 * Creates it without a publication.
	 * @param client the client
	 * @param channel the channel
	 * @param onStateMissed called in place of a publication
	 */
	Newest(Client client, String channel, Runnable onStateMissed) {
		this.client = client;
		this.channel = channel;
		this.onStateMissed = onStateMissed;
	}

	/**
	 * Takes a publication if the client has no room for it now.
	 * @param publication the publication
	 * @param line the line as the client gets it
	 * @return {@code false} if it can be sent
	 */
	synchronized boolean hold(Publication publication, Line line) {
		Publication before = this.held;
		if (before == null && this.client.outbound().hasRoomToSpare(line)) {
			return false;
		}
		this.held = publication;
		this.line = line;
		if (before == null) {
			this.client.outbound().onDrained(this::release);
		}
		else {
			this.skipped = true;
			this.stateMissed |= before.isState();
		}
		return true;
	}

	private void release() {
		if (!send()) {
			this.onStateMissed.run();
		}
	}

	/** Under the lock, so that what is published meanwhile comes behind. */
	private synchronized boolean send() {
		Publication publication = this.held;
		Line line = this.line;
		if (publication == null || line == null) {
			return true;
		}
		boolean complete = !this.stateMissed;
		if (complete) {
			if (this.skipped) {
				this.client.reply(new Frame.Position(this.channel, publication.offset() - 1));
			}
			this.client.send(line);
		}
		clear();
		return complete;
	}

	synchronized void clear() {
		this.held = null;
		this.line = null;
		this.skipped = false;
		this.stateMissed = false;
	}

}
