package io.github.realtime.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import io.github.realtime.broker.Broker;
import io.github.realtime.broker.History;
import io.github.realtime.broker.MemberPage;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * Begins and ends the subscriptions of this instance's clients.
 */
final class HubSubscriptions {

	private final Broker broker;

	private final HubChannels channels;

	private final HubPresence presence;

	private volatile Predicate<String> latestOnly = (channel) -> false;

	/**
	 * Creates it without a subscription.
	 * @param broker where histories and states are
	 * @param channels dispatch to the subscriptions
	 * @param presence makes subscribers members
	 */
	HubSubscriptions(Broker broker, HubChannels channels, HubPresence presence) {
		this.broker = broker;
		this.channels = channels;
		this.presence = presence;
	}

	/**
	 * Decides of which channels slow clients get the newest publication alone.
	 * @param latestOnly tells by a channel's name
	 */
	void latestOnly(Predicate<String> latestOnly) {
		this.latestOnly = latestOnly;
	}

	/**
	 * Subscribes a client that is not subscribed.
	 * @param client the client
	 * @param request what it subscribes to
	 * @param reply makes the reply, which goes before the first publication
	 * @return completes when the reply has been sent; exceptionally if the broker failed
	 */
	CompletableFuture<?> subscribe(Client client, SubscribeRequest request,
			BiFunction<History, @Nullable MemberPage, Frame> reply) {
		Subscription subscription = new Subscription(client.subscriber(), request.channel(), this.broker,
				this.latestOnly.test(request.channel()), (ended) -> resync(client, ended));
		client.subscriptions().add(subscription);
		CompletableFuture<Void> listening = this.channels.attach(subscription);
		if (client.isGone()) {
			subscription.end();
			detach(client, subscription);
		}
		return listening.thenCompose((ready) -> join(subscription, request)).handle((joined, failure) -> {
			if (failure != null) {
				end(client, subscription, this.presence::leave);
				throw new CompletionException(failure);
			}
			Line line = reply.apply(joined.history(), joined.members()).line();
			return client.outbound().room(line).thenRun(() -> {
				subscription.begin(request.since(), joined.history(), line);
				PresenceFeed feed = subscription.presence().feed();
				if (feed != null && joined.members() != null) {
					feed.begin(joined.members());
				}
			});
		}).thenCompose(Function.identity());
	}

	private CompletableFuture<Joined> join(Subscription subscription, SubscribeRequest request) {
		if (request.presence()) {
			this.presence.open(subscription);
		}
		CompletableFuture<?> entered = (request.member() != null) ? this.presence.enter(subscription, request.member())
				: CompletableFuture.completedFuture(null);
		CompletableFuture<History> history = request.state() ? subscription.readState(request.since())
				: subscription.read(request.since());
		if (!request.presence()) {
			return history.thenApply((read) -> new Joined(read, null));
		}
		return entered.thenCompose((known) -> this.presence.read(request.channel(), null))
			.thenCombine(history, (members, read) -> new Joined(read, members));
	}

	/**
	 * Applies another decision about whom a subscriber sees and who sees it.
	 * @param subscription the subscription
	 * @param member the member that it is from now on, as JSON, or {@code null} for none
	 */
	void changeMember(Subscription subscription, @Nullable Line member) {
		if (member != null) {
			this.presence.enter(subscription, member);
		}
		else {
			subscription.presence().close();
			this.presence.leave(subscription.presence().replace(null));
		}
	}

	/**
	 * Sends a client a channel's state.
	 * @param client the client
	 * @param channel the channel
	 * @param reply makes the reply
	 * @return completes when the reply has been sent; exceptionally if the broker failed
	 */
	CompletableFuture<?> snapshot(Client client, String channel, Function<History, Frame> reply) {
		return this.broker.snapshot(channel, null, 0)
			.thenCompose((history) -> client.replyInTurn(reply.apply(history)));
	}

	/**
	 * Ends a client's subscription.
	 * @param client the client
	 * @param channel the channel
	 * @return {@code false} if there was none
	 */
	boolean unsubscribe(Client client, String channel) {
		Subscription subscription = client.subscriptions().get(channel);
		return subscription != null && end(client, subscription, this.presence::leave);
	}

	/**
	 * Ends a subscription that the client may not have any more.
	 * @param client the client
	 * @param channel the channel
	 */
	void withdraw(Client client, String channel) {
		if (unsubscribe(client, channel)) {
			client.reply(Frame.Unsubscribed.forbidden(channel));
		}
	}

	/**
	 * Ends the subscriptions of a client that is gone. It stays a member for a while.
	 * @param client the client
	 */
	void endAll(Client client) {
		for (Subscription subscription : client.subscriptions()) {
			end(client, subscription, this.presence::leaveLater);
		}
	}

	private void resync(Client client, Subscription subscription) {
		client.reply(Frame.Unsubscribed.resync(subscription.channel()));
		detach(client, subscription);
		this.presence.leaveLater(subscription.presence().membership());
	}

	private boolean end(Client client, Subscription subscription, Consumer<@Nullable Membership> leave) {
		boolean first = subscription.end();
		if (first) {
			detach(client, subscription);
			leave.accept(subscription.presence().membership());
		}
		return first;
	}

	private void detach(Client client, Subscription subscription) {
		client.subscriptions().remove(subscription);
		this.channels.detach(subscription);
	}

	/**
	 * What is known when a client has joined a channel.
	 */
	private record Joined(History history, @Nullable MemberPage members) {

	}

}
