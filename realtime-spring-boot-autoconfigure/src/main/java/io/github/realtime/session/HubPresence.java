package io.github.realtime.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.realtime.broker.Broker;
import io.github.realtime.broker.MemberPage;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * Makes clients members of channels, and tells them who the others are. A client whose
 * connection was lost stays for a while: it may be back before anybody notices.
 */
final class HubPresence {

	/** How many members a frame has. */
	private static final int PAGE = 100;

	private static final long RETRY_SECONDS = 1;

	private final Broker broker;

	private final long graceMillis;

	private final Supplier<ScheduledExecutorService> timer;

	private final AtomicLong stays = new AtomicLong();

	HubPresence(Broker broker, long graceMillis, Supplier<ScheduledExecutorService> timer) {
		this.broker = broker;
		this.graceMillis = graceMillis;
		this.timer = timer;
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
		Client client = subscription.client();
		Stay stay = new Stay(subscription.channel(), client.id(),
				client.connectionId() + "-" + this.stays.incrementAndGet());
		Stay before = subscription.stay(stay);
		CompletableFuture<?> entered = this.broker.enter(stay.channel(), stay.clientId(), stay.token(), member);
		if (before != null) {
			leave(before);
		}
		PresenceFeed watch = subscription.watch();
		if (watch != null && before != null && !before.clientId().equals(stay.clientId())) {
			watch.renamed();
		}
		if (subscription.hasEnded()) {
			leaveLater(stay);
		}
		return entered.handle((done, failure) -> true);
	}

	/**
	 * Ends a stay.
	 * @param stay the stay, if there is one
	 */
	void leave(@Nullable Stay stay) {
		if (stay != null) {
			this.broker.leave(stay.channel(), stay.clientId(), stay.token());
		}
	}

	/**
	 * Ends a stay after a while.
	 * @param stay the stay, if there is one
	 */
	void leaveLater(@Nullable Stay stay) {
		if (stay != null) {
			later(this.graceMillis, () -> leave(stay));
		}
	}

	private void later(long millis, Runnable task) {
		try {
			this.timer.get().schedule(task, millis, TimeUnit.MILLISECONDS);
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
	 * Tells which change was the last one.
	 * @param channel the channel
	 * @return its number
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
			PresenceFeed watch = subscription.watch();
			if (watch == null || subscription.hasEnded()) {
				return;
			}
			if (failure != null) {
				later(TimeUnit.SECONDS.toMillis(RETRY_SECONDS), () -> refresh(subscription));
				return;
			}
			subscription.client().send(frame(null, subscription.channel(), members).line());
			watch.begin(members);
		});
	}

	static Frame frame(@Nullable Long id, String channel, MemberPage members) {
		return new Frame.Members(id, channel, json(members), members.count(), members.next());
	}

	static String json(MemberPage members) {
		return members.members().stream().map(Line::text).collect(Collectors.joining(",", "[", "]"));
	}

	/**
	 * A client's time on a channel.
	 *
	 * @param channel the channel
	 * @param clientId the client's id
	 * @param token tells it from others of that client
	 */
	record Stay(String channel, String clientId, String token) {

	}

}
