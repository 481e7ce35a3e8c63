package io.github.realtime.session;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.broker.PresenceChange;

/**
 * The subscriptions that one channel has on this instance.
 */
final class HubChannel {

	private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

	private final CompletableFuture<Void> listening;

	private final boolean watched;

	private volatile long presenceVersion;

	HubChannel(CompletableFuture<Void> listening, boolean watched) {
		this.listening = listening;
		this.watched = watched;
	}

	boolean isWatched() {
		return this.watched;
	}

	/**
	 * Returns the moment from which this instance gets the channel's publications.
	 * @return completes then
	 */
	CompletableFuture<Void> listening() {
		return this.listening;
	}

	void add(Subscription subscription) {
		this.subscriptions.add(subscription);
	}

	void remove(Subscription subscription) {
		this.subscriptions.remove(subscription);
	}

	boolean isEmpty() {
		return this.subscriptions.isEmpty();
	}

	void dispatch(Publication publication) {
		for (Subscription subscription : this.subscriptions) {
			subscription.offer(publication);
		}
	}

	void dispatch(PresenceChange change) {
		for (Subscription subscription : this.subscriptions) {
			subscription.presence().offer(change);
		}
	}

	/**
	 * Checks the feeds of those who see who is here: every change that there was at the
	 * last check must have reached them by now.
	 * @param presence knows the number of the last change
	 * @param channel the channel's name
	 */
	void checkPresence(HubPresence presence, String channel) {
		boolean seen = false;
		for (Subscription subscription : this.subscriptions) {
			PresenceFeed feed = subscription.presence().feed();
			if (feed != null) {
				seen = true;
				feed.expect(this.presenceVersion);
			}
		}
		if (seen) {
			presence.version(channel).thenAccept((version) -> this.presenceVersion = version);
		}
	}

	void gap(Position top) {
		for (Subscription subscription : this.subscriptions) {
			subscription.gap(top);
		}
	}

}
