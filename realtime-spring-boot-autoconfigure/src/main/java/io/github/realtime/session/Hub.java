package io.github.realtime.session;

import java.security.Principal;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.BrokerListener;
import io.github.realtime.broker.History;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.InstanceMessage.Direct;
import io.github.realtime.broker.InstanceMessage.Disconnect;
import io.github.realtime.broker.InstanceMessage.TakeOver;
import io.github.realtime.broker.InstanceMessage.Unsubscribe;
import io.github.realtime.broker.MemberPage;
import io.github.realtime.broker.PresenceChange;
import io.github.realtime.core.StateHandlers;
import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import io.github.realtime.security.ClientSecurity;
import io.github.realtime.session.HubPresence.Stay;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Who is connected to this instance, and to which channels. Runs in
 * {@link #DEFAULT_PHASE}, so that it says goodbye before the web server stops.
 */
public final class Hub implements BrokerListener, SmartLifecycle {

	/** How long a closed connection may take to end before it is cut. */
	static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration PRESENCE_CHECK = Duration.ofSeconds(5);

	private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

	private static final Duration MAX_ROUND = Duration.ofSeconds(1);

	private static final Duration MIN_RECONNECT_SPREAD = Duration.ofSeconds(1);

	private static final Duration MAX_RECONNECT_SPREAD = Duration.ofSeconds(20);

	private static final Log logger = LogFactory.getLog(Hub.class);

	private final Broker broker;

	private final SessionLimits limits;

	private final ApplicationEventPublisher events;

	private final LongSupplier nanoTime;

	private final AuthenticationPolicy authentication;

	private final ClientSecurity security;

	private final ConcurrentMap<String, Client> clients = new ConcurrentHashMap<>();

	private final UserClients users = new UserClients();

	private final HubChannels channels;

	private final HubPresence membership;

	private long presenceChecked;

	/** Clients whose end is decided and whose connection is not yet gone. */
	private final Set<Client> leaving = ConcurrentHashMap.newKeySet();

	private final AtomicInteger clientCount = new AtomicInteger();

	private volatile @Nullable OccupancyNotifier watch;

	private volatile Predicate<String> latestOnly = (channel) -> false;

	private volatile HubExecutors threads = new HubExecutors();

	private volatile boolean running;

	/**
	 * Creates a hub that takes anonymous clients, and makes it the broker's listener.
	 * @param broker numbers and relays what its clients get
	 * @param limits what it grants its clients
	 * @param events gets the events of its clients
	 */
	public Hub(Broker broker, SessionLimits limits, ApplicationEventPublisher events) {
		this(broker, limits, events, AuthenticationPolicy.optional(), ClientSecurity.none());
	}

	/**
	 * Creates a hub and makes it the broker's listener.
	 * @param broker numbers and relays what its clients get
	 * @param limits what it grants its clients
	 * @param events gets the events of its clients
	 * @param authentication whether its clients have to say who they are
	 * @param security knows who they are by their handshakes
	 */
	public Hub(Broker broker, SessionLimits limits, ApplicationEventPublisher events,
			AuthenticationPolicy authentication, ClientSecurity security) {
		this(broker, limits, events, authentication, security, System::nanoTime);
	}

	Hub(Broker broker, SessionLimits limits, ApplicationEventPublisher events, LongSupplier nanoTime) {
		this(broker, limits, events, AuthenticationPolicy.optional(), ClientSecurity.none(), nanoTime);
	}

	Hub(Broker broker, SessionLimits limits, ApplicationEventPublisher events, AuthenticationPolicy authentication,
			ClientSecurity security, LongSupplier nanoTime) {
		this.broker = broker;
		this.limits = limits;
		this.events = events;
		this.authentication = authentication;
		this.security = security;
		this.nanoTime = nanoTime;
		this.channels = new HubChannels(broker, this::isWatched);
		this.membership = new HubPresence(broker, limits.presenceGrace().toMillis(), () -> this.threads.timer());
		broker.listen(this);
	}

	/**
	 * Names those who are to be told which channels open and close. Called before the
	 * first client comes.
	 * @param handlers the application's
	 */
	public void watch(StateHandlers handlers) {
		this.watch = new OccupancyNotifier(handlers);
		if (handlers.watchChannels()) {
			this.broker.standBy();
		}
	}

	/**
	 * Says of which channels slow clients get the newest publication alone. Called before
	 * the first client comes.
	 * @param latestOnly tells by a channel's name
	 */
	public void latestOnly(Predicate<String> latestOnly) {
		this.latestOnly = latestOnly;
	}

	SessionLimits limits() {
		return this.limits;
	}

	long now() {
		return this.nanoTime.getAsLong();
	}

	AuthenticationPolicy authentication() {
		return this.authentication;
	}

	@Nullable RealtimeAuthentication authenticationOf(ClientConnection connection) {
		Principal principal = connection.principal();
		return (principal != null) ? this.security.read(principal) : null;
	}

	Executor writers() {
		return this.threads.writers();
	}

	ClientEvents newClientEvents() {
		return new ClientEvents(this.threads.events(), this::publishEvent);
	}

	/**
	 * Tells how many clients are connected.
	 * @return their number
	 */
	public int clientCount() {
		return this.clientCount.get();
	}

	/**
	 * Tells how many channels have a subscriber here.
	 * @return their number
	 */
	public int channelCount() {
		return this.channels.size();
	}

	/**
	 * Tells whether another client would be taken.
	 * @return {@code false} when full or stopped
	 */
	public boolean hasRoom() {
		return isRunning() && (this.limits.clients() == 0 || this.clientCount.get() < this.limits.clients());
	}

	/**
	 * Takes a client, or tells it why not.
	 * @param connection its socket
	 * @return the client
	 */
	public Client open(ClientConnection connection) {
		String token = ClientIds.newToken();
		Client client = new Client(this, connection, token);
		int count = this.clientCount.incrementAndGet();
		this.clients.put(client.id(), client);
		identified(client);
		if (!isRunning()) {
			client.disconnect(CloseCode.RESTART);
		}
		else if (this.limits.clients() > 0 && count > this.limits.clients()) {
			client.reply(new Frame.Error(null, ErrorCode.LIMIT_EXCEEDED, "The server has as many clients as it takes"));
			client.disconnect(CloseCode.TRY_AGAIN_LATER);
		}
		else {
			client.reply(
					new Frame.Welcome(client.id(), token, this.limits.heartbeat().toMillis(), this.limits.frameSize()));
		}
		return client;
	}

	/**
	 * Notes whose client it is.
	 * @param client the client
	 */
	void identified(Client client) {
		this.users.add(client);
		if (client.isGone()) {
			this.users.remove(client);
		}
	}

	/**
	 * Turns away a client of a user that has too many here.
	 * @param client the client
	 * @return {@code false} if it is one
	 */
	boolean admits(Client client) {
		int limit = this.limits.clientsPerUser();
		if (limit == 0 || this.users.of(client.name()).size() <= limit) {
			return true;
		}
		client.reply(new Frame.Error(null, ErrorCode.LIMIT_EXCEEDED, "A user may have " + limit + " clients here"));
		client.disconnect(CloseCode.TRY_AGAIN_LATER);
		return false;
	}

	/**
	 * Notes that a client's connection is gone.
	 * @param client the client
	 */
	public void closed(Client client) {
		leave(client);
		client.outbound().end();
		forget(client);
	}

	/**
	 * Gives a client its earlier id, and ends an older socket that bears it.
	 * @param client the client
	 * @param id the id
	 */
	void resume(Client client, String id) {
		this.clients.remove(client.id(), client);
		client.takeOver(id, System.nanoTime());
		Client older = this.clients.put(id, client);
		if (older != null) {
			older.disconnect(CloseCode.TAKEN_OVER);
		}
		if (client.isGone()) {
			this.clients.remove(id, client);
		}
		this.broker.tell(new TakeOver(id, client.connectionId()));
	}

	@Override
	public void onInstanceMessage(InstanceMessage message) {
		if (message instanceof Direct direct) {
			Set<Client> clients = this.users.of(direct.user());
			if (!clients.isEmpty()) {
				Line line = Line.of(direct.line());
				clients.forEach((client) -> client.send(line));
			}
		}
		else if (message instanceof Disconnect disconnect) {
			find(disconnect.clients()).forEach((client) -> client.disconnect(CloseCode.FORBIDDEN, disconnect.reason()));
		}
		else if (message instanceof Unsubscribe unsubscribe) {
			find(unsubscribe.clients()).forEach((client) -> client.inOrder(unsubscribe.channel(), () -> {
				withdraw(client, unsubscribe.channel());
				return CompletableFuture.completedFuture(null);
			}));
		}
		else if (message instanceof TakeOver takeOver) {
			Client client = this.clients.get(takeOver.client());
			if (client != null && client.isOverBy(takeOver.connection(), System.nanoTime())) {
				client.disconnect(CloseCode.TAKEN_OVER);
			}
		}
	}

	private Collection<Client> find(InstanceMessage.Clients clients) {
		String user = clients.user();
		if (user != null) {
			return this.users.of(user);
		}
		String id = clients.id();
		Client client = (id != null) ? this.clients.get(id) : null;
		return (client != null) ? Set.of(client) : Set.of();
	}

	/**
	 * Ends a client's part here. Its connection may still have to be closed.
	 * @param client the client
	 */
	void leave(Client client) {
		if (!client.markGone()) {
			return;
		}
		this.leaving.add(client);
		this.clients.remove(client.id(), client);
		this.users.remove(client);
		this.clientCount.decrementAndGet();
		for (Subscription subscription : client.subscriptions()) {
			end(client, subscription, this.membership::leaveLater);
		}
		client.takeLeave();
	}

	void forget(Client client) {
		this.leaving.remove(client);
	}

	/**
	 * Subscribes a client that is not subscribed.
	 * @param client the client
	 * @param wanted what it wants
	 * @param reply makes the reply, which goes before the first publication
	 * @return completes when the reply has been sent; exceptionally if the broker failed
	 */
	CompletableFuture<?> subscribe(Client client, Wanted wanted,
			BiFunction<History, @Nullable MemberPage, Frame> reply) {
		Subscription subscription = new Subscription(client, wanted.channel(), this.broker,
				this.latestOnly.test(wanted.channel()), (ended) -> resync(client, ended));
		client.add(subscription);
		CompletableFuture<Void> listening = this.channels.attach(subscription);
		if (client.isGone()) {
			subscription.end();
			detach(client, subscription);
		}
		return listening.thenCompose((ready) -> join(subscription, wanted)).handle((joined, failure) -> {
			if (failure != null) {
				end(client, subscription, this.membership::leave);
				throw new CompletionException(failure);
			}
			Line line = reply.apply(joined.history(), joined.members()).line();
			return client.outbound().room(line).thenRun(() -> {
				subscription.begin(wanted.since(), joined.history(), line);
				PresenceFeed watch = subscription.watch();
				if (watch != null && joined.members() != null) {
					watch.begin(joined.members());
				}
			});
		}).thenCompose(Function.identity());
	}

	private CompletableFuture<Joined> join(Subscription subscription, Wanted wanted) {
		if (wanted.watching()) {
			subscription.watch(() -> this.membership.refresh(subscription));
		}
		CompletableFuture<?> entered = (wanted.member() != null) ? this.membership.enter(subscription, wanted.member())
				: CompletableFuture.completedFuture(null);
		CompletableFuture<History> history = wanted.state() ? subscription.readState(wanted.since())
				: subscription.read(wanted.since());
		if (!wanted.watching()) {
			return history.thenApply((read) -> new Joined(read, null));
		}
		return entered.thenCompose((known) -> this.membership.read(wanted.channel(), null))
			.thenCombine(history, (members, read) -> new Joined(read, members));
	}

	/**
	 * Does what follows from another decision about who a subscriber sees and is seen by.
	 * @param subscription the subscription
	 * @param member the member that it is from now on, as JSON, or {@code null} for none
	 */
	void redecide(Subscription subscription, @Nullable Line member) {
		if (member != null) {
			this.membership.enter(subscription, member);
		}
		else {
			subscription.unwatch();
			this.membership.leave(subscription.stay(null));
		}
	}

	HubPresence membership() {
		return this.membership;
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
		Subscription subscription = client.subscription(channel);
		return subscription != null && end(client, subscription, this.membership::leave);
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

	private void resync(Client client, Subscription subscription) {
		client.reply(Frame.Unsubscribed.resync(subscription.channel()));
		detach(client, subscription);
		this.membership.leaveLater(subscription.stay());
	}

	private boolean end(Client client, Subscription subscription, Consumer<@Nullable Stay> farewell) {
		boolean first = subscription.end();
		if (first) {
			detach(client, subscription);
			farewell.accept(subscription.stay());
		}
		return first;
	}

	private void detach(Client client, Subscription subscription) {
		client.remove(subscription);
		this.channels.detach(subscription);
	}

	@Override
	public void onPublication(Publication publication) {
		this.channels.dispatch(publication);
	}

	@Override
	public void onPresence(PresenceChange change) {
		this.channels.dispatch(change);
	}

	@Override
	public void onGap(String channel, Position top) {
		this.channels.gap(channel, top);
	}

	private boolean isWatched(String channel) {
		OccupancyNotifier watch = this.watch;
		return watch != null && watch.isWatched(channel);
	}

	@Override
	public void onOccupied(String channel) {
		OccupancyNotifier watch = this.watch;
		if (watch != null) {
			watch.opened(channel);
		}
	}

	@Override
	public void onVacated(String channel) {
		OccupancyNotifier watch = this.watch;
		if (watch != null) {
			watch.closed(channel);
		}
	}

	private void publishEvent(Object event) {
		try {
			this.events.publishEvent(event);
		}
		catch (RuntimeException | Error ex) {
			logger.error("A listener for " + event.getClass().getSimpleName() + " failed", ex);
		}
	}

	@Override
	public void start() {
		if (isRunning()) {
			return;
		}
		if (this.threads.timer().isShutdown()) {
			this.threads = new HubExecutors();
		}
		long tick = Math.max(1,
				Math.min(this.limits.heartbeat().toNanos() / 5, MAX_ROUND.toNanos()) / StaggeredChecks.PARTS);
		StaggeredChecks rounds = new StaggeredChecks(this.clients.values());
		StaggeredChecks farewells = new StaggeredChecks(this.leaving);
		this.threads.timer().scheduleWithFixedDelay(() -> tick(rounds, farewells), tick, tick, TimeUnit.NANOSECONDS);
		this.running = true;
	}

	private void tick(StaggeredChecks rounds, StaggeredChecks farewells) {
		try {
			long now = now();
			rounds.goOn(now);
			farewells.goOn(now);
			if (now - this.presenceChecked >= PRESENCE_CHECK.toNanos()) {
				this.presenceChecked = now;
				this.channels.checkPresence(this.membership);
			}
		}
		catch (RuntimeException | Error ex) {
			// It would be the last time
			logger.error("Looking after clients failed", ex);
		}
	}

	/**
	 * Says goodbye to every client, with delays that spread their return over time, and
	 * waits for a moment until they are gone.
	 */
	@Override
	public void stop() {
		if (!isRunning()) {
			return;
		}
		this.running = false;
		long spread = Math.max(MIN_RECONNECT_SPREAD.toMillis(),
				Math.min(2L * this.clients.size(), MAX_RECONNECT_SPREAD.toMillis()));
		for (Client client : this.clients.values()) {
			client.reply(new Frame.Goodbye(ThreadLocalRandom.current().nextLong(spread)));
			client.disconnect(CloseCode.RESTART);
		}
		try {
			long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
			while (!this.leaving.isEmpty() && System.nanoTime() < deadline) {
				Thread.sleep(10);
			}
			this.leaving.forEach(Client::abort);
			this.threads.shutdown(STOP_PATIENCE);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	private record Joined(History history, @Nullable MemberPage members) {

	}

	/**
	 * What a client wants of a channel.
	 *
	 * @param channel the channel
	 * @param since the client's position, if it has one
	 * @param state whether it wants the channel's state
	 * @param member the member that it is, as JSON, if others see it
	 * @param watching whether it wants to know who is on the channel
	 */
	record Wanted(String channel, @Nullable Position since, boolean state, @Nullable Line member, boolean watching) {

	}

}
