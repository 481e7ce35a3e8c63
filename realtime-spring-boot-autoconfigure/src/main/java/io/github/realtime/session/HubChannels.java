package io.github.realtime.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.PresenceChange;

/**
 * The channels that have a subscriber on this instance. It listens to these and no
 * others.
 */
final class HubChannels {

	private final Broker broker;

	private final ConcurrentMap<String, HubChannel> channels = new ConcurrentHashMap<>();

	private final Predicate<String> watched;

	/**
	 * Creates it.
	 * @param broker where it listens
	 * @param watched tells by a channel's name whether the broker is to know that the
	 * channel has clients
	 */
	HubChannels(Broker broker, Predicate<String> watched) {
		this.broker = broker;
		this.watched = watched;
	}

	/**
	 * Adds a subscription to its channel.
	 * @param subscription the subscription
	 * @return completes when the channel's publications are dispatched to it;
	 * exceptionally if the broker failed, and then it is still to be detached
	 */
	CompletableFuture<Void> attach(Subscription subscription) {
		return this.channels.compute(subscription.channel(), (name, channel) -> {
			HubChannel attached = (channel != null) ? channel : new HubChannel(listen(name), this.watched.test(name));
			if (channel == null && attached.isWatched()) {
				this.broker.occupy(name);
			}
			attached.add(subscription);
			return attached;
		}).listening();
	}

	private CompletableFuture<Void> listen(String channel) {
		try {
			return this.broker.subscribe(channel);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Takes a subscription from its channel. Harmless when that was done before.
	 * @param subscription the subscription
	 */
	void detach(Subscription subscription) {
		this.channels.computeIfPresent(subscription.channel(), (name, channel) -> {
			channel.remove(subscription);
			if (!channel.isEmpty()) {
				return channel;
			}
			this.broker.unsubscribe(name);
			if (channel.isWatched()) {
				this.broker.vacate(name);
			}
			return null;
		});
	}

	void dispatch(Publication publication) {
		HubChannel channel = this.channels.get(publication.channel());
		if (channel != null) {
			channel.dispatch(publication);
		}
	}

	void dispatch(PresenceChange change) {
		HubChannel channel = this.channels.get(change.channel());
		if (channel != null) {
			channel.dispatch(change);
		}
	}

	void checkPresence(HubPresence presence) {
		this.channels.forEach((name, channel) -> channel.checkPresence(presence, name));
	}

	void gap(String name, Position top) {
		HubChannel channel = this.channels.get(name);
		if (channel != null) {
			channel.gap(top);
		}
	}

	int size() {
		return this.channels.size();
	}

}
