package io.github.realtime.session;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import io.github.realtime.broker.Broker;
import io.github.realtime.broker.MemberPage;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * Makes clients members of channels, and sends them the lists of members. A client whose
 * connection was lost stays a member for a while: it may be back before anybody notices.
 */
final class HubPresence {

	/** How many members a frame has. */
	private static final int PAGE = 100;

	private static final long RETRY_SECONDS = 1;

	private final Broker broker;

	private final long graceMillis;

	private final HubExecutors executors;

	private final AtomicLong memberships = new AtomicLong();

	/**
	 * Creates it without a member.
	 * @param broker knows the members of all instances
	 * @param grace for how long a client that lost its connection stays a member
	 * @param executors delay the end of memberships
	 */
	HubPresence(Broker broker, Duration grace, HubExecutors executors) {
		this.broker = broker;
		this.graceMillis = grace.toMillis();
		this.executors = executors;
	}

	/**
	 * Begins to send a subscriber who is on the channel.
	 * @param subscription the subscription
	 * @return a feed for which a list is to be sent, or {@code null} if there was one
	 */
	@Nullable PresenceFeed open(Subscription subscription) {
		return subscription.presence().open(subscription.subscriber(), () -> refresh(subscription));
	}

	/**
	 * Makes a subscriber a member, or another one than it was.
	 * @param subscription the subscription
	 * @param member the member as JSON
	 * @return completes when the broker knows, or has failed
	 */
	CompletableFuture<?> enter(Subscription subscription, Line member) {
		if (subscription.hasEnded()) {
			// The client may be a member by another socket already, here or elsewhere
			return CompletableFuture.completedFuture(null);
		}
		Subscriber subscriber = subscription.subscriber();
		Membership membership = new Membership(subscription.channel(), subscriber.id(),
				subscriber.connectionId() + "-" + this.memberships.incrementAndGet());
		Membership before = subscription.presence().replace(membership);
		CompletableFuture<?> entered = this.broker.enter(membership.channel(), membership.clientId(),
				membership.token(), member);
		if (before != null) {
			leave(before);
		}
		PresenceFeed feed = subscription.presence().feed();
		if (feed != null && before != null && !before.clientId().equals(membership.clientId())) {
			feed.renamed();
		}
		if (subscription.hasEnded()) {
			leaveLater(membership);
		}
		return entered.handle((done, failure) -> true);
	}

	/**
	 * Ends a membership.
	 * @param membership the membership, if there is one
	 */
	void leave(@Nullable Membership membership) {
		if (membership != null) {
			this.broker.leave(membership.channel(), membership.clientId(), membership.token());
		}
	}

	/**
	 * Ends a membership after the grace.
	 * @param membership the membership, if there is one
	 */
	void leaveLater(@Nullable Membership membership) {
		if (membership != null) {
			later(this.graceMillis, () -> leave(membership));
		}
	}

	private void later(long millis, Runnable task) {
		try {
			this.executors.timer().schedule(task, millis, TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			// This instance stops: others see that it is gone
		}
	}

	/**
	 * Reads a part of the members.
	 * @param channel the channel
	 * @param after the client id behind which to read on, or {@code null} to begin
	 * @return the members
	 */
	CompletableFuture<MemberPage> read(String channel, @Nullable String after) {
		return this.broker.members(channel, after, PAGE);
	}

	/**
	 * Reads the number of the last change.
	 * @param channel the channel
	 * @return the number
	 */
	CompletableFuture<Long> version(String channel) {
		return this.broker.members(channel, null, 0).thenApply(MemberPage::version);
	}

	/**
	 * Sends a subscriber a list in place of changes that it missed.
	 * @param subscription the subscription
	 */
	void refresh(Subscription subscription) {
		read(subscription.channel(), null).whenComplete((members, failure) -> {
			PresenceFeed feed = subscription.presence().feed();
			if (feed == null || subscription.hasEnded()) {
				return;
			}
			if (failure != null) {
				later(TimeUnit.SECONDS.toMillis(RETRY_SECONDS), () -> refresh(subscription));
				return;
			}
			subscription.subscriber().send(frame(null, subscription.channel(), members).line());
			feed.begin(members);
		});
	}

	static Frame frame(@Nullable Long id, String channel, MemberPage members) {
		return new Frame.Members(id, channel, json(members), members.count(), members.next());
	}

	static String json(MemberPage members) {
		return members.members().stream().map(Line::text).collect(Collectors.joining(",", "[", "]"));
	}

}
