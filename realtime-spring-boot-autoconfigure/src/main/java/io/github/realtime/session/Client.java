package io.github.realtime.session;

import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.realtime.RealtimeClient;
import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * One connected client, from the opening of its socket to the end.
 */
public final class Client implements RealtimeClient {

	/** How long a closed connection may take to end before it is cut. */
	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final ClientContext context;

	private final ClientConnection connection;

	private final ClientIdentity identity;

	private final Listener listener;

	private final Subscriber subscriber;

	private final ClientSubscriptions subscriptions = new ClientSubscriptions();

	private final ClientLifecycle lifecycle;

	private final CommandRate rate;

	private final CommandOrder order = new CommandOrder();

	private final ClientTakeOver takeOver;

	private final Heartbeat heartbeat;

	private volatile long closeRequested;

	private int unreadableLines;

	/**
	 * Creates a client whose connection is open.
	 * @param context what it has in common with the others
	 * @param connection its socket
	 * @param identity who it is
	 * @param listener notified of its end
	 */
	Client(ClientContext context, ClientConnection connection, ClientIdentity identity, Listener listener) {
		SessionLimits limits = context.limits();
		HubExecutors executors = context.executors();
		long now = context.now();
		this.context = context;
		this.connection = connection;
		this.identity = identity;
		this.listener = listener;
		OutboundQueue outbound = new OutboundQueue(connection, limits.outboundQueue(), executors.writers(),
				context.nanoTime(), this::abort);
		ClientEvents events = new ClientEvents(executors.events(), context.events());
		SlowClientGuard slowClient = new SlowClientGuard(outbound, limits.writeTimeout(), executors.writers(),
				this::disconnect);
		this.subscriber = new Subscriber(this, identity.clientId(), outbound, events, executors.writers(),
				this::disconnect, slowClient);
		this.lifecycle = new ClientLifecycle(this.subscriber, this.subscriptions);
		this.rate = new CommandRate(limits.commandsPerSecond(), limits.commandBurst(), now);
		this.takeOver = new ClientTakeOver(this.subscriber.connectionId(), now);
		this.heartbeat = new Heartbeat(limits.heartbeat(), now);
	}

	@Override
	public String id() {
		return this.subscriber.id();
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
		return this.subscriptions.activeChannels();
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

	/**
	 * Takes the id that the client had on another connection.
	 * @param id the id
	 */
	void takeOver(String id) {
		this.subscriber.id(id);
		this.takeOver.begin(this.context.now());
	}

	/**
	 * Decides whether this connection is over because a connection took the client over.
	 * @param connectionId names the connection
	 * @return {@code true} if this one is over
	 */
	boolean isOverBy(String connectionId) {
		return this.takeOver.isOverBy(connectionId, this.context.now());
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
		return outbound().room(line).thenRun(() -> outbound().addGranted(line));
	}

	/**
	 * Sends a line to this client, or closes it if too much is waiting already.
	 * @param line the line
	 */
	void send(Line line) {
		this.subscriber.send(line);
	}

	ClientConnection connection() {
		return this.connection;
	}

	OutboundQueue outbound() {
		return this.subscriber.outbound();
	}

	/**
	 * Ends the client and closes its socket when the lines that wait have been written.
	 * @param code the reason
	 */
	public void disconnect(CloseCode code) {
		disconnect(code, code.reason());
	}

	/**
	 * Ends the client and closes its socket when the lines that wait have been written.
	 * @param code the reason
	 * @param reason the reason in words, at most 123 bytes of UTF-8
	 */
	void disconnect(CloseCode code, String reason) {
		if (this.closeRequested == 0) {
			this.closeRequested = this.context.now();
		}
		this.listener.left(this);
		outbound().close(code, reason, false);
	}

	/**
	 * Ends the client and cuts its connection.
	 */
	void abort() {
		this.listener.left(this);
		outbound().end();
		this.connection.abort();
		this.listener.closed(this);
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

	/**
	 * Returns this client as its subscriptions see it.
	 * @return the subscriber
	 */
	Subscriber subscriber() {
		return this.subscriber;
	}

	ClientSubscriptions subscriptions() {
		return this.subscriptions;
	}

	/**
	 * Tells whether this client's end is decided.
	 * @return {@code true} if nothing more is done for it
	 */
	public boolean isGone() {
		return this.lifecycle.isGone();
	}

	boolean isIntroduced() {
		return this.lifecycle.isIntroduced();
	}

	ClientLifecycle lifecycle() {
		return this.lifecycle;
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
	 * Notes that the client has sent something.
	 * @param now {@link System#nanoTime()}
	 */
	public void received(long now) {
		this.heartbeat.received(now);
	}

	/**
	 * Pings the client, warns it, or ends it, if that is due.
	 * @param now {@link System#nanoTime()}
	 */
	void tick(long now) {
		SlowClientGuard slowClient = this.subscriber.slowClient();
		if (slowClient.isStuck(now) || isCloseOverdue(now)) {
			abort();
			return;
		}
		if (isGone() || endUnauthenticated() || slowClient.closeIfOverwhelmed()) {
			return;
		}
		Long expiresIn = this.identity.isWarningDue() ? this.identity.expiresIn() : null;
		if (expiresIn != null) {
			reply(new Frame.Expiring(expiresIn));
		}
		switch (this.heartbeat.check(now)) {
			case PING -> reply(new Frame.Ping());
			case CLOSE -> disconnect(CloseCode.NO_HEARTBEAT);
			case NOTHING -> {
			}
		}
	}

	private boolean isCloseOverdue(long now) {
		return isGone() && now - this.closeRequested > CLOSE_TIMEOUT.toNanos();
	}

	@Override
	public String toString() {
		return "client " + id();
	}

	/**
	 * Notified of the end of clients.
	 */
	interface Listener {

		/**
		 * The client's end is decided. Its connection may still have to be closed. Called
		 * more than once.
		 * @param client the client
		 */
		void left(Client client);

		/**
		 * The client's connection is cut.
		 * @param client the client
		 */
		void closed(Client client);

	}

}
