package io.github.realtime.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.realtime.ChannelSubscribedEvent;
import io.github.realtime.ChannelUnsubscribedEvent;
import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeClient;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.History;
import io.github.realtime.broker.PresenceChange;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import io.github.realtime.session.HubPresence.Stay;
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

	private final Client client;

	private final String channel;

	private final Broker broker;

	private final Consumer<Subscription> onResync;

	private final Deque<Publication> held = new ArrayDeque<>(0);

	private Mode mode = Mode.READING;

	private @Nullable Position cursor;

	/** From where on publications are dispatched again, if some were lost meanwhile. */
	private @Nullable Position gapEnd;

	private int heldBytes;

	private boolean heldAll = true;

	private boolean begun;

	private final @Nullable ConflatingQueue newest;

	private volatile @Nullable PresenceFeed watch;

	private @Nullable Stay stay;

	/**
	 * Creates a subscription that holds what is dispatched.
	 * @param client the client
	 * @param channel the channel
	 * @param broker where the history is
	 * @param latestOnly whether a client that is slow gets the newest publication alone
	 * @param onResync called when it can't go on
	 */
	Subscription(Client client, String channel, Broker broker, boolean latestOnly, Consumer<Subscription> onResync) {
		this.newest = latestOnly ? new ConflatingQueue(client, channel, this::stateMissed) : null;
		this.client = client;
		this.channel = channel;
		this.broker = broker;
		this.onResync = onResync;
	}

	Client client() {
		return this.client;
	}

	String channel() {
		return this.channel;
	}

	/**
	 * Returns what the client is told of who is on the channel.
	 * @return the watch, or {@code null} if it is told nothing
	 */
	@Nullable PresenceFeed watch() {
		return this.watch;
	}

	/**
	 * Begins to watch who is on the channel.
	 * @param refresh sends a fresh list
	 * @return a watch for which a list is to be sent, or {@code null} if there was one
	 */
	synchronized @Nullable PresenceFeed watch(Runnable refresh) {
		if (this.watch != null) {
			return null;
		}
		PresenceFeed watch = new PresenceFeed(this.client, refresh);
		this.watch = watch;
		return watch;
	}

	void unwatch() {
		this.watch = null;
	}

	synchronized @Nullable Stay stay() {
		return this.stay;
	}

	/**
	 * Notes under which name the client is a member.
	 * @param stay the stay, or {@code null} if it is none any more
	 * @return the one before
	 */
	synchronized @Nullable Stay stay(@Nullable Stay stay) {
		Stay before = this.stay;
		this.stay = stay;
		return before;
	}

	/**
	 * Takes a change of who is on the channel.
	 * @param change the change
	 */
	void offer(PresenceChange change) {
		PresenceFeed watch = this.watch;
		if (watch != null) {
			watch.offer(change);
		}
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
	 * Reads what the client missed, or the state where that is not all there. See
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
		this.client.tell(new ChannelSubscribedEvent(this.client, this.channel));
		this.client.outbound().addGranted(reply);
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
			case READING -> hold(publication);
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
		if (this.newest != null) {
			this.newest.clear();
		}
		dropHeld();
		if (this.begun) {
			this.client.tell(new ChannelUnsubscribedEvent(this.client, this.channel));
		}
		return true;
	}

	/**
	 * Tells the application that the client goes on under another id.
	 * @param before the client as it was
	 */
	synchronized void renamed(RealtimeClient before) {
		if (isActive()) {
			this.client.tell(new ChannelSubscribedEvent(this.client, this.channel));
			this.client.tell(new ChannelUnsubscribedEvent(before, this.channel));
		}
	}

	private void pass(Publication publication) {
		Position position = publication.position();
		Position cursor = this.cursor;
		if (cursor == null || !cursor.epoch().equals(position.epoch()) || position.offset() > cursor.offset() + 1) {
			resync();
		}
		else if (position.offset() > cursor.offset()) {
			Line line = publication.isWithheldFrom(this.client.id())
					? new Frame.Position(this.channel, position.offset()).line() : publication.line();
			if (this.newest != null && this.newest.hold(publication, line)) {
				this.cursor = position;
			}
			else if (this.client.outbound().offer(line)) {
				this.cursor = position;
			}
			else if (this.client.outbound().isMoving()) {
				// Too fast for a client that does read: the history has it for later
				fallBehind();
			}
			else {
				this.client.overflow();
			}
		}
	}

	private void hold(Publication publication) {
		if (this.heldAll && (this.held.isEmpty()
				|| this.heldBytes + publication.line().bytes() <= this.client.outboundLimit())) {
			this.held.addLast(publication);
			this.heldBytes += publication.line().bytes();
		}
		else {
			this.heldAll = false;
		}
	}

	private void replay(History history) {
		for (Publication publication : history.publications()) {
			if (!this.client.outbound().hasRoomToSpare(publication.line())) {
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
		if (this.mode == Mode.LIVE && !this.heldAll) {
			fallBehind();
		}
		dropHeld();
	}

	private void fallBehind() {
		this.mode = Mode.BEHIND;
		this.gapEnd = null;
		dropHeld();
		this.client.outbound().onDrained(this::catchUp);
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

	private void dropHeld() {
		this.held.clear();
		this.heldBytes = 0;
		this.heldAll = true;
	}

	private enum Mode {

		READING, BEHIND, LIVE, ENDED

	}

}
