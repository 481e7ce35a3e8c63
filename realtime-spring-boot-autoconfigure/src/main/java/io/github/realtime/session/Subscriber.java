package io.github.realtime.session;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.github.realtime.RealtimeClient;
import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Line;

/**
 * One client as its subscriptions see it: its id, the queue of lines for it, and the
 * events that the application gets about it.
 */
final class Subscriber {

	private final RealtimeClient client;

	private final String connectionId;

	private final OutboundQueue outbound;

	private final ClientEvents events;

	private final Executor writers;

	private final Consumer<CloseCode> disconnect;

	private final SlowClientGuard slowClient;

	private volatile String id;

	/**
	 * Creates a subscriber.
	 * @param client the client as the application sees it
	 * @param id the client's id, which is the name of its connection, too
	 * @param outbound writes to the client
	 * @param events publishes the client's events
	 * @param writers run what ends the client
	 * @param disconnect ends the client
	 * @param slowClient ends the client if it reads too slowly
	 */
	Subscriber(RealtimeClient client, String id, OutboundQueue outbound, ClientEvents events, Executor writers,
			Consumer<CloseCode> disconnect, SlowClientGuard slowClient) {
		this.client = client;
		this.id = id;
		this.connectionId = id;
		this.outbound = outbound;
		this.events = events;
		this.writers = writers;
		this.disconnect = disconnect;
		this.slowClient = slowClient;
	}

	RealtimeClient client() {
		return this.client;
	}

	String id() {
		return this.id;
	}

	void id(String id) {
		this.id = id;
	}

	/**
	 * Returns the name of this connection of the client, which keeps its id over several.
	 * @return the name
	 */
	String connectionId() {
		return this.connectionId;
	}

	OutboundQueue outbound() {
		return this.outbound;
	}

	/**
	 * Sends a line to the client, or closes it if too much is waiting already.
	 * @param line the line
	 */
	void send(Line line) {
		if (!this.outbound.offer(line)) {
			this.slowClient.close();
		}
	}

	SlowClientGuard slowClient() {
		return this.slowClient;
	}

	/**
	 * Publishes an event about the client, or ends the client if it causes events faster
	 * than the application takes them.
	 * @param event the event
	 */
	void publish(Object event) {
		if (!this.events.add(event)) {
			this.writers.execute(() -> this.disconnect.accept(CloseCode.TOO_MANY_COMMANDS));
		}
	}

}
