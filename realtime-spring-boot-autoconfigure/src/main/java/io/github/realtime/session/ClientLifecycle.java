package io.github.realtime.session;

import io.github.realtime.ClientConnectedEvent;
import io.github.realtime.ClientDisconnectedEvent;

/**
 * Whether a client is still there, and whether the application knows it. Publishes the
 * client's events so that each connected client is disconnected once.
 */
final class ClientLifecycle {

	private final Subscriber subscriber;

	private final ClientSubscriptions subscriptions;

	private volatile boolean gone;

	private volatile boolean introduced;

	ClientLifecycle(Subscriber subscriber, ClientSubscriptions subscriptions) {
		this.subscriber = subscriber;
		this.subscriptions = subscriptions;
	}

	boolean isGone() {
		return this.gone;
	}

	/**
	 * Marks the client as gone.
	 * @return {@code true} the first time
	 */
	synchronized boolean markGone() {
		boolean first = !this.gone;
		this.gone = true;
		return first;
	}

	boolean isIntroduced() {
		return this.introduced;
	}

	/**
	 * Publishes that the client is connected, the first time. That is when its first
	 * frame has shown the id that it will have.
	 */
	synchronized void introduce() {
		if (!this.introduced && !this.gone) {
			this.introduced = true;
			this.subscriber.publish(new ClientConnectedEvent(this.subscriber.client()));
		}
	}

	/**
	 * Publishes, if the application knows the client, that it goes on under another id.
	 * @param before the client as it was
	 */
	synchronized void renamed(ClientSnapshot before) {
		if (this.introduced && !this.gone) {
			this.subscriber.publish(new ClientConnectedEvent(this.subscriber.client()));
			this.subscriptions.forEach((subscription) -> subscription.renamed(before));
			this.subscriber.publish(new ClientDisconnectedEvent(before));
		}
	}

	/**
	 * Publishes that the client is gone, if the application knows it.
	 */
	synchronized void takeLeave() {
		if (this.introduced) {
			this.subscriber.publish(new ClientDisconnectedEvent(this.subscriber.client()));
		}
	}

}
