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
			subscription.offer(change);
		}
	}

	/**
	 * Looks after those who watch: whatever was there the last time must have reached
	 * them by now.
	 * @param membership knows what is there
	 */
	void checkPresence(HubPresence membership, String channel) {
		boolean watched = false;
		for (Subscription subscription : this.subscriptions) {
			PresenceFeed watch = subscription.watch();
			if (watch != null) {
				watched = true;
				watch.expect(this.presenceVersion);
			}
		}
		if (watched) {
			membership.version(channel).thenAccept((version) -> this.presenceVersion = version);
		}
	}

	void gap(Position top) {
		for (Subscription subscription : this.subscriptions) {
			subscription.gap(top);
		}
	}

}
