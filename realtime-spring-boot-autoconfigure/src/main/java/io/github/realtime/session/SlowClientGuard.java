package io.github.realtime.session;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.github.realtime.protocol.CloseCode;

/**
 * Ends a client that reads too slowly, so that it costs a bounded amount of memory: its
 * connection is closed once its queue is full and nothing has been written for a while,
 * and cut if a write is stuck.
 */
final class SlowClientGuard {

	private final OutboundQueue outbound;

	private final Duration writeTimeout;

	private final Executor writers;

	private final Consumer<CloseCode> disconnect;

	/**
	 * Creates a guard.
	 * @param outbound what waits for the client
	 * @param writeTimeout how long one write may be stuck
	 * @param writers run what ends the client
	 * @param disconnect ends the client
	 */
	SlowClientGuard(OutboundQueue outbound, Duration writeTimeout, Executor writers, Consumer<CloseCode> disconnect) {
		this.outbound = outbound;
		this.writeTimeout = writeTimeout;
		this.writers = writers;
		this.disconnect = disconnect;
	}

	/**
	 * Tells whether the client's connection has to be cut: a close frame could not pass
	 * the write that is stuck.
	 * @param now {@link System#nanoTime()}
	 * @return {@code true} if a write is stuck for too long
	 */
	boolean isStuck(long now) {
		return this.outbound.isStuck(now, this.writeTimeout);
	}

	/**
	 * Closes the connection if the client does not read and its queue is full.
	 * @return {@code true} if so
	 */
	boolean closeIfOverwhelmed() {
		boolean overwhelmed = this.outbound.isOverwhelmed();
		if (overwhelmed) {
			close();
		}
		return overwhelmed;
	}

	/**
	 * Closes the connection, since a line finds no room. Often called on a thread that
	 * serves all subscribers of a channel, so most of it is left to another.
	 */
	void close() {
		this.outbound.close(CloseCode.OUTBOUND_QUEUE_FULL, CloseCode.OUTBOUND_QUEUE_FULL.reason(), true);
		this.writers.execute(() -> this.disconnect.accept(CloseCode.OUTBOUND_QUEUE_FULL));
	}

}
