package io.github.realtime.session;

import io.github.realtime.broker.PresenceChange;
import org.jspecify.annotations.Nullable;

/**
 * Whether a subscriber sees who is on its channel, and whether others see it.
 */
final class SubscriptionPresence {

	private volatile @Nullable PresenceFeed feed;

	private @Nullable Membership membership;

	/**
	 * Begins to send the subscriber who is on the channel.
	 * @param subscriber the subscriber
	 * @param refresh sends a fresh list
	 * @return a feed for which a list is to be sent, or {@code null} if there was one
	 */
	synchronized @Nullable PresenceFeed open(Subscriber subscriber, Runnable refresh) {
		if (this.feed != null) {
			return null;
		}
		PresenceFeed feed = new PresenceFeed(subscriber, refresh);
		this.feed = feed;
		return feed;
	}

	void close() {
		this.feed = null;
	}

	/**
	 * Returns the feed that the subscriber gets.
	 * @return the feed, or {@code null} if the subscriber does not see who is there
	 */
	@Nullable PresenceFeed feed() {
		return this.feed;
	}

	void offer(PresenceChange change) {
		PresenceFeed feed = this.feed;
		if (feed != null) {
			feed.offer(change);
		}
	}

	synchronized @Nullable Membership membership() {
		return this.membership;
	}

	/**
	 * Notes the membership that the subscriber has from now on.
	 * @param membership the membership, or {@code null} if others do not see it any more
	 * @return the one before, which is to be ended
	 */
	synchronized @Nullable Membership replace(@Nullable Membership membership) {
		Membership before = this.membership;
		this.membership = membership;
		return before;
	}

}
