package io.github.realtime.session;

import java.security.Principal;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.BrokerListener;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.PresenceChange;
import io.github.realtime.core.StateHandlers;
import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.security.ClientSecurity;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Connects the clients of this instance with the broker. Runs in {@link #DEFAULT_PHASE},
 * so that it says goodbye before the web server stops.
 */
public final class Hub implements BrokerListener, SmartLifecycle {

	private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

	private final HubExecutors executors = new HubExecutors();

	private final OccupancyNotifier occupancy = new OccupancyNotifier();

	private final Broker broker;

	private final AuthenticationPolicy authentication;

	private final ClientSecurity security;

	private final ClientContext context;

	private final HubChannels channels;

	private final HubPresence presence;

	private final HubSubscriptions subscriptions;

	private final HubClients clients;

	private final InstanceMessageHandler messages;

	private final HubSchedule schedule;

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
		this.authentication = authentication;
		this.security = security;
		this.context = new ClientContext(limits, this.executors, events, nanoTime);
		this.channels = new HubChannels(broker, this.occupancy::isWatched);
		this.presence = new HubPresence(broker, limits.presenceGrace(), this.executors);
		this.subscriptions = new HubSubscriptions(broker, this.channels, this.presence);
		this.clients = new HubClients(broker, limits, this.subscriptions);
		this.messages = new InstanceMessageHandler(this.clients, this.subscriptions);
		this.schedule = new HubSchedule(this.clients, this.channels, this.presence, nanoTime);
		broker.listen(this);
	}

	/**
	 * Sets the handlers that are called when channels open and close. Called before the
	 * first client comes.
	 * @param handlers the application's
	 */
	public void watch(StateHandlers handlers) {
		this.occupancy.use(handlers);
		if (handlers.watchChannels()) {
			this.broker.standBy();
		}
	}

	/**
	 * Decides of which channels slow clients get the newest publication alone. Called
	 * before the first client comes.
	 * @param latestOnly tells by a channel's name
	 */
	public void latestOnly(Predicate<String> latestOnly) {
		this.subscriptions.latestOnly(latestOnly);
	}

	SessionLimits limits() {
		return this.context.limits();
	}

	/**
	 * Tells the time by the clock that clients are measured by.
	 * @return {@link System#nanoTime()} but in tests
	 */
	public long now() {
		return this.context.now();
	}

	Broker broker() {
		return this.broker;
	}

	AuthenticationPolicy authentication() {
		return this.authentication;
	}

	HubClients clients() {
		return this.clients;
	}

	HubSubscriptions subscriptions() {
		return this.subscriptions;
	}

	HubPresence presence() {
		return this.presence;
	}

	/**
	 * Tells how many clients are connected.
	 * @return their number
	 */
	public int clientCount() {
		return this.clients.count();
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
		return isRunning() && this.clients.hasRoom();
	}

	/**
	 * Takes a client, or tells it why not.
	 * @param connection its socket
	 * @return the client
	 */
	public Client open(ClientConnection connection) {
		String token = ClientIds.newToken();
		ClientIdentity identity = new ClientIdentity(token, this.authentication, authenticationOf(connection),
				this.context.nanoTime());
		Client client = new Client(this.context, connection, identity, this.clients);
		boolean fits = this.clients.add(client);
		if (!isRunning()) {
			client.disconnect(CloseCode.RESTART);
		}
		else if (!fits) {
			client.reply(new Frame.Error(null, ErrorCode.LIMIT_EXCEEDED, "The server has as many clients as it takes"));
			client.disconnect(CloseCode.TRY_AGAIN_LATER);
		}
		else {
			SessionLimits limits = limits();
			client.reply(new Frame.Welcome(client.id(), token, limits.heartbeat().toMillis(), limits.frameSize()));
		}
		return client;
	}

	private @Nullable RealtimeAuthentication authenticationOf(ClientConnection connection) {
		Principal principal = connection.principal();
		return (principal != null) ? this.security.read(principal) : null;
	}

	/**
	 * Notes that a client's connection is gone.
	 * @param client the client
	 */
	public void closed(Client client) {
		this.clients.left(client);
		client.outbound().end();
		this.clients.closed(client);
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

	@Override
	public void onOccupied(String channel) {
		this.occupancy.opened(channel);
	}

	@Override
	public void onVacated(String channel) {
		this.occupancy.closed(channel);
	}

	@Override
	public void onInstanceMessage(InstanceMessage message) {
		this.messages.handle(message);
	}

	@Override
	public void start() {
		if (isRunning()) {
			return;
		}
		this.executors.restart();
		this.schedule.start(this.executors.timer(), limits().heartbeat());
		this.running = true;
	}

	/**
	 * Says goodbye to every client, and waits for a moment until they are gone.
	 */
	@Override
	public void stop() {
		if (!isRunning()) {
			return;
		}
		this.running = false;
		this.clients.sayGoodbye();
		try {
			this.clients.awaitGone(STOP_PATIENCE);
			this.executors.shutdown(STOP_PATIENCE);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
