package io.github.realtime.session;

import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.realtime.ClientConnectedEvent;
import io.github.realtime.ClientDisconnectedEvent;
import io.github.realtime.RealtimeClient;
import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * One connected client: its identity, its subscriptions, and what waits to be written to
 * it.
 */
public final class Client implements RealtimeClient {

	/** How long hearing of one's own take-over may take. */
	private static final Duration TAKE_OVER_PATIENCE = Duration.ofSeconds(10);

	private final Hub hub;

	private final ClientConnection connection;

	private final OutboundQueue outbound;

	private final CommandRate rate;

	private final ConcurrentMap<String, Subscription> subscriptions = new ConcurrentHashMap<>(4);

	private final CommandOrder order = new CommandOrder();

	private final ClientEvents events;

	private final ClientIdentity identity;

	private volatile boolean gone;

	private volatile String id;

	/** Names this connection of the client, which keeps its id over several. */
	private final String connectionId;

	/**
	 * Until when the client waits to hear of its own take-over. What others tell before
	 * that is older.
	 */
	private volatile long takingOverUntil;

	/** Not the same for all: those that come together are not to be asked together. */
	private final long pingAfter;

	private volatile long lastReceived;

	private volatile long lastPinged;

	private volatile long closeRequested;

	private volatile boolean introduced;

	private int unreadableLines;

	Client(Hub hub, ClientConnection connection, String resumeToken) {
		SessionLimits limits = hub.limits();
		long now = hub.now();
		this.hub = hub;
		this.events = hub.newClientEvents();
		this.connection = connection;
		this.outbound = new OutboundQueue(connection, limits.outboundQueue(), hub.writers(), hub::now, this::abort);
		this.rate = new CommandRate(limits.commandsPerSecond(), limits.commandBurst(), now);
		this.identity = new ClientIdentity(resumeToken, hub.authentication(), hub.authenticationOf(connection),
				hub::now);
		this.id = this.identity.clientId();
		this.connectionId = this.id;
		this.takingOverUntil = now;
		long heartbeat = limits.heartbeat().toNanos();
		this.pingAfter = heartbeat - ThreadLocalRandom.current().nextLong(heartbeat / 4 + 1);
		this.lastReceived = now;
		// Before, so that one that never says a word is asked too
		this.lastPinged = now - 1;
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public @Nullable Principal principal() {
		return this.identity.principal();
	}

	@Override
	public Set<String> authorities() {
		return this.identity.authorities();
	}

	@Override
	public Map<String, Object> attributes() {
		return this.connection.attributes();
	}

	@Override
	public Set<String> channels() {
		return this.subscriptions.values()
			.stream()
			.filter(Subscription::isActive)
			.map(Subscription::channel)
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Returns the client as it is now: who it is does not change any more.
	 * @return a snapshot
	 */
	public RealtimeClient snapshot() {
		return ClientSnapshot.of(this);
	}

	/**
	 * Tells the id that a client has by its resume token.
	 * @param resumeToken the token
	 * @param user who it is, or {@code null} if it is anonymous
	 * @return the id; another user's token gives an id that nobody has
	 */
	public static String idOf(String resumeToken, @Nullable Principal user) {
		return ClientIds.clientId(resumeToken, user);
	}

	ClientIdentity identity() {
		return this.identity;
	}

	/**
	 * Ends a client that is not, or not any more, who it has to be.
	 * @return {@code false} if this is none
	 */
	boolean endUnauthenticated() {
		boolean over = this.identity.isOver();
		if (over) {
			disconnect(CloseCode.UNAUTHENTICATED);
		}
		return over;
	}

	String connectionId() {
		return this.connectionId;
	}

	/**
	 * Takes the id that the client had on another connection.
	 * @param id the id
	 * @param now the time in nanoseconds
	 */
	void takeOver(String id, long now) {
		this.id = id;
		this.takingOverUntil = now + TAKE_OVER_PATIENCE.toNanos();
	}

	/**
	 * Hears that a connection took the client over. Of two that did so at the same time
	 * the one that was heard of last has it, on all instances.
	 * @param connectionId names the connection
	 * @param now the time in nanoseconds
	 * @return {@code true} if this one is over by that
	 */
	boolean isOverBy(String connectionId, long now) {
		if (connectionId.equals(this.connectionId)) {
			this.takingOverUntil = now;
			return false;
		}
		return this.takingOverUntil - now <= 0;
	}

	/**
	 * Tells the application, if it knows this client, that it goes on under another id.
	 * @param before the client as it was
	 */
	synchronized void renamed(ClientSnapshot before) {
		if (this.introduced && !this.gone) {
			tell(new ClientConnectedEvent(this));
			this.subscriptions.values().forEach((subscription) -> subscription.renamed(before));
			tell(new ClientDisconnectedEvent(before));
		}
	}

	/**
	 * Sends a frame to this client alone.
	 * @param frame the frame
	 */
	public void reply(Frame frame) {
		send(frame.line());
	}

	/**
	 * Sends a reply that may be large, once there is room for it.
	 * @param frame the reply
	 * @return completes when it waits to be written; never, if the connection ends before
	 */
	CompletableFuture<Void> replyInTurn(Frame frame) {
		Line line = frame.line();
		return this.outbound.room(line).thenRun(() -> this.outbound.addGranted(line));
	}

	/**
	 * Sends a line to this client, or closes it if too much is waiting already.
	 * @param line the line
	 */
	void send(Line line) {
		if (!this.outbound.offer(line)) {
			overflow();
		}
	}

	/**
	 * Ends a client that does not read. Often called on a thread that serves all
	 * subscribers of a channel, so most of it is left to another.
	 */
	void overflow() {
		this.outbound.close(CloseCode.OUTBOUND_QUEUE_FULL, CloseCode.OUTBOUND_QUEUE_FULL.reason(), true);
		this.hub.writers().execute(() -> disconnect(CloseCode.OUTBOUND_QUEUE_FULL));
	}

	ClientConnection connection() {
		return this.connection;
	}

	OutboundQueue outbound() {
		return this.outbound;
	}

	int outboundLimit() {
		return this.hub.limits().outboundQueue();
	}

	/**
	 * Ends the client and closes its socket when what waits has been written.
	 * @param code the reason
	 */
	public void disconnect(CloseCode code) {
		disconnect(code, code.reason());
	}

	/**
	 * Ends the client and closes its socket when what waits has been written.
	 * @param code the reason
	 * @param reason the reason in words, at most 123 bytes of UTF-8
	 */
	void disconnect(CloseCode code, String reason) {
		if (this.closeRequested == 0) {
			this.closeRequested = this.hub.now();
		}
		this.hub.leave(this);
		this.outbound.close(code, reason, false);
	}

	void abort() {
		this.hub.leave(this);
		this.outbound.end();
		this.connection.abort();
		this.hub.forget(this);
	}

	/**
	 * Carries out a command on a channel after those that came before it.
	 * @param channel the channel
	 * @param command begins the command; its future completes when the next one may begin
	 */
	void inOrder(String channel, Supplier<CompletableFuture<?>> command) {
		this.order.inOrder(channel, command);
	}

	CommandOrder order() {
		return this.order;
	}

	int subscriptionCount() {
		return this.subscriptions.size();
	}

	void add(Subscription subscription) {
		this.subscriptions.put(subscription.channel(), subscription);
	}

	@Nullable Subscription subscription(String channel) {
		Subscription subscription = this.subscriptions.get(channel);
		return (subscription != null && !subscription.hasEnded()) ? subscription : null;
	}

	void remove(Subscription subscription) {
		this.subscriptions.remove(subscription.channel(), subscription);
	}

	Iterable<Subscription> subscriptions() {
		return this.subscriptions.values();
	}

	/**
	 * Tells whether this client's end is decided.
	 * @return {@code true} if nothing more is done for it
	 */
	public boolean isGone() {
		return this.gone;
	}

	/**
	 * Marks this client as gone.
	 * @return {@code true} the first time
	 */
	synchronized boolean markGone() {
		boolean first = !this.gone;
		this.gone = true;
		return first;
	}

	/**
	 * Tells the application of this client, the first time. That is when its first frame
	 * has shown the id that it will bear.
	 */
	synchronized void introduce() {
		if (!this.introduced && !this.gone) {
			this.introduced = true;
			tell(new ClientConnectedEvent(this));
		}
	}

	/**
	 * Tells the application that this client is gone, if it knows it.
	 */
	synchronized void takeLeave() {
		if (this.introduced) {
			tell(new ClientDisconnectedEvent(this));
		}
	}

	boolean isIntroduced() {
		return this.introduced;
	}

	void tell(Object event) {
		if (!this.events.add(event)) {
			this.hub.writers().execute(() -> disconnect(CloseCode.TOO_MANY_COMMANDS));
		}
	}

	CommandRate rate() {
		return this.rate;
	}

	/**
	 * Counts lines that could not be read.
	 * @param readable whether this one could
	 * @return how many could not since one that could
	 */
	int unreadable(boolean readable) {
		this.unreadableLines = readable ? 0 : this.unreadableLines + 1;
		return this.unreadableLines;
	}

	/**
	 * Notes that something came from this client.
	 * @param now {@link System#nanoTime()}
	 */
	public void received(long now) {
		this.lastReceived = now;
	}

	/**
	 * Looks after a client that should be heard of.
	 * @param now {@link System#nanoTime()}
	 */
	void tick(long now) {
		SessionLimits limits = this.hub.limits();
		if (this.outbound.isStuck(now, limits.writeTimeout()) || isCloseOverdue(now)) {
			abort();
			return;
		}
		if (isGone() || endUnauthenticated()) {
			return;
		}
		if (this.outbound.isOverwhelmed()) {
			overflow();
			return;
		}
		Long expiresIn = this.identity.isWarningDue() ? this.identity.expiresIn() : null;
		if (expiresIn != null) {
			reply(new Frame.Expiring(expiresIn));
		}
		long silent = now - this.lastReceived;
		long heartbeat = limits.heartbeat().toNanos();
		if (this.lastPinged - this.lastReceived < 0) {
			if (silent >= this.pingAfter) {
				this.lastPinged = now;
				reply(new Frame.Ping());
			}
		}
		// Counted from the ping, too: it may be this server that was held up
		else if (silent >= 2 * heartbeat && now - this.lastPinged >= heartbeat) {
			disconnect(CloseCode.NO_HEARTBEAT);
		}
	}

	private boolean isCloseOverdue(long now) {
		return isGone() && now - this.closeRequested > Hub.CLOSE_TIMEOUT.toNanos();
	}

	@Override
	public String toString() {
		return "client " + this.id;
	}

}
