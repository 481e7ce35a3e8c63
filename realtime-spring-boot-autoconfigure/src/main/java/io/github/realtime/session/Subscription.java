package io.github.realtime.session;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.realtime.ChannelSubscribedEvent;
import io.github.realtime.ChannelUnsubscribedEvent;
import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeClient;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.History;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * One client's place in one channel's stream. It passes on every publication once, in
 * order; when it can't, it tells the client to subscribe again.
 * <p>
 * A subscription that is <em>live</em> takes publications as they are dispatched. One
 * that is <em>behind</em> reads history instead, a page whenever the client's queue has
 * drained, and lets what is dispatched pass by: it is in the history too. While a page is
 * being <em>read</em>, what is dispatched is held, for it may be newer than the page; if
 * the page reaches the top, page and held publications fit together, and the subscription
 * is live.
 */
final class Subscription {

	private static final int PAGE = 64;

	private final Subscriber subscriber;

	private final String channel;

	private final Broker broker;

	private final Consumer<Subscription> onResync;

	private final SubscriptionPresence presence = new SubscriptionPresence();

	private final HeldPublications held;

	private final @Nullable ConflatingQueue conflating;

	private Mode mode = Mode.READING;

	private @Nullable Position cursor;

	/** From where on publications are dispatched again, if some were lost meanwhile. */
	private @Nullable Position gapEnd;

	private boolean begun;

	/**
	 * Creates a subscription that holds what is dispatched.
	 * @param subscriber the client
	 * @param channel the channel
	 * @param broker where the history is
	 * @param latestOnly whether a client that is slow gets the newest publication alone
	 * @param onResync called when it can't go on
	 */
	Subscription(Subscriber subscriber, String channel, Broker broker, boolean latestOnly,
			Consumer<Subscription> onResync) {
		this.subscriber = subscriber;
		this.channel = channel;
		this.broker = broker;
		this.onResync = onResync;
		this.held = new HeldPublications(subscriber.outbound().limit());
		this.conflating = latestOnly ? new ConflatingQueue(subscriber, channel, this::stateMissed) : null;
	}

	Subscriber subscriber() {
		return this.subscriber;
	}

	String channel() {
		return this.channel;
	}

	SubscriptionPresence presence() {
		return this.presence;
	}

	/**
	 * Reads what the client missed. Everything numbered from now on is being dispatched
	 * to this subscription.
	 * @param since the client's position, if it has one
	 * @return the first page
	 */
	CompletableFuture<History> read(@Nullable Position since) {
		return this.broker.history(this.channel, since, (since != null) ? PAGE : 0);
	}

	/**
	 * Reads what the client missed, or the state if that is not all there. See
	 * {@link #read}.
	 * @param since the client's position, if it has one
	 * @return the first page
	 */
	CompletableFuture<History> readState(@Nullable Position since) {
		return this.broker.snapshot(this.channel, since, (since != null) ? PAGE : 0);
	}

	/**
	 * Goes live from the first page on. The reply to the client goes first.
	 * @param since the client's position, if it has one
	 * @param history the first page
	 * @param reply sent before any publication
	 */
	synchronized void begin(@Nullable Position since, History history, Line reply) {
		if (this.mode == Mode.ENDED) {
			return;
		}
		this.begun = true;
		this.subscriber.publish(new ChannelSubscribedEvent(this.subscriber.client(), this.channel));
		this.subscriber.outbound().addGranted(reply);
		if (since != null && history.complete()) {
			this.cursor = since;
			replay(history);
		}
		else {
			this.cursor = history.top();
			goLive();
		}
	}

	/**
	 * Tells whether the client has been told that it is subscribed.
	 * @return {@code true} from then until the end
	 */
	synchronized boolean isActive() {
		return this.begun && this.mode != Mode.ENDED;
	}

	synchronized boolean hasEnded() {
		return this.mode == Mode.ENDED;
	}

	/**
	 * Takes a publication that was dispatched.
	 * @param publication the publication
	 */
	synchronized void offer(Publication publication) {
		switch (this.mode) {
			case LIVE -> pass(publication);
			case READING -> this.held.add(publication);
			case BEHIND, ENDED -> {
			}
		}
	}

	/**
	 * Notes that publications were lost on their way here.
	 * @param top the position from which they are dispatched again
	 */
	synchronized void gap(Position top) {
		switch (this.mode) {
			case LIVE -> requireReached(top);
			case READING -> this.gapEnd = top;
			case BEHIND, ENDED -> {
			}
		}
	}

	private void requireReached(Position top) {
		Position cursor = this.cursor;
		if (cursor == null || !cursor.epoch().equals(top.epoch()) || cursor.offset() < top.offset()) {
			resync();
		}
	}

	/**
	 * Ends this subscription.
	 * @return {@code true} the first time
	 */
	synchronized boolean end() {
		if (this.mode == Mode.ENDED) {
			return false;
		}
		this.mode = Mode.ENDED;
		if (this.conflating != null) {
			this.conflating.clear();
		}
		this.held.clear();
		if (this.begun) {
			this.subscriber.publish(new ChannelUnsubscribedEvent(this.subscriber.client(), this.channel));
		}
		return true;
	}

	/**
	 * Tells the application that the client goes on under another id.
	 * @param before the client as it was
	 */
	synchronized void renamed(RealtimeClient before) {
		if (isActive()) {
			this.subscriber.publish(new ChannelSubscribedEvent(this.subscriber.client(), this.channel));
			this.subscriber.publish(new ChannelUnsubscribedEvent(before, this.channel));
		}
	}

	private void pass(Publication publication) {
		Position position = publication.position();
		Position cursor = this.cursor;
		if (cursor == null || !cursor.epoch().equals(position.epoch()) || position.offset() > cursor.offset() + 1) {
			resync();
		}
		else if (position.offset() > cursor.offset()) {
			Line line = publication.isWithheldFrom(this.subscriber.id())
					? new Frame.Position(this.channel, position.offset()).line() : publication.line();
			if (this.conflating != null && this.conflating.hold(publication, line)) {
				this.cursor = position;
			}
			else if (this.subscriber.outbound().offer(line)) {
				this.cursor = position;
			}
			else if (this.subscriber.outbound().isMoving()) {
				// Too fast for a client that does read: the history has it for later
				fallBehind();
			}
			else {
				this.subscriber.slowClient().close();
			}
		}
	}

	private void replay(History history) {
		for (Publication publication : history.publications()) {
			if (!this.subscriber.outbound().hasRoomToSpare(publication.line())) {
				fallBehind();
				return;
			}
			pass(publication);
			if (this.mode != Mode.READING) {
				return;
			}
		}
		if (history.top().equals(this.cursor)) {
			goLive();
		}
		else {
			fallBehind();
		}
	}

	private void goLive() {
		this.mode = Mode.LIVE;
		while (!this.held.isEmpty() && this.mode == Mode.LIVE) {
			pass(this.held.removeFirst());
		}
		Position gapEnd = this.gapEnd;
		this.gapEnd = null;
		if (this.mode == Mode.LIVE && gapEnd != null) {
			requireReached(gapEnd);
		}
		if (this.mode == Mode.LIVE && !this.held.isComplete()) {
			fallBehind();
		}
		this.held.clear();
	}

	private void fallBehind() {
		this.mode = Mode.BEHIND;
		this.gapEnd = null;
		this.held.clear();
		this.subscriber.outbound().onDrained(this::catchUp);
	}

	private void catchUp() {
		Position since;
		synchronized (this) {
			if (this.mode != Mode.BEHIND) {
				return;
			}
			this.mode = Mode.READING;
			since = this.cursor;
		}
		read(since).whenComplete((history, failure) -> caughtUp(history, failure));
	}

	private synchronized void caughtUp(@Nullable History history, @Nullable Throwable failure) {
		if (this.mode == Mode.ENDED) {
			return;
		}
		if (failure != null || history == null || !history.complete()) {
			resync();
		}
		else {
			replay(history);
		}
	}

	private synchronized void stateMissed() {
		if (this.mode == Mode.LIVE) {
			resync();
		}
	}

	private void resync() {
		end();
		this.onResync.accept(this);
	}

	private enum Mode {

		READING, BEHIND, LIVE, ENDED

	}

}
