package io.github.realtime.session;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one client, of which it has one to a channel.
 */
final class ClientSubscriptions implements Iterable<Subscription> {

	private final ConcurrentMap<String, Subscription> subscriptions = new ConcurrentHashMap<>(4);

	void add(Subscription subscription) {
		this.subscriptions.put(subscription.channel(), subscription);
	}

	void remove(Subscription subscription) {
		this.subscriptions.remove(subscription.channel(), subscription);
	}

	/**
	 * Returns the subscription to a channel.
	 * @param channel the channel
	 * @return the subscription, or {@code null} if there is none that has not ended
	 */
	@Nullable Subscription get(String channel) {
		Subscription subscription = this.subscriptions.get(channel);
		return (subscription != null && !subscription.hasEnded()) ? subscription : null;
	}

	int size() {
		return this.subscriptions.size();
	}

	/**
	 * Returns the channels to which the client knows that it is subscribed.
	 * @return their names
	 */
	Set<String> activeChannels() {
		return this.subscriptions.values()
			.stream()
			.filter(Subscription::isActive)
			.map(Subscription::channel)
			.collect(Collectors.toUnmodifiableSet());
	}

	@Override
	public Iterator<Subscription> iterator() {
		return this.subscriptions.values().iterator();
	}

}
