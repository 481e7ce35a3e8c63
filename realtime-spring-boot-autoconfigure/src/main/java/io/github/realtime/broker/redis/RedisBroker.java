package io.github.realtime.broker.redis;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.github.realtime.Position;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.BrokerListener;
import io.github.realtime.broker.Draft;
import io.github.realtime.broker.History;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.IdempotencyRecord;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.MemberPage;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The broker of any number of instances. Redis numbers publications, keeps the recent
 * ones and relays them; an instance reads from it what it missed. It connects in the
 * background, so that an application starts without Redis too.
 */
public final class RedisBroker implements Broker, AutoCloseable {

	private static final long TICK = 1000;

	private static final int EPOCH_BITS = 30;

	private static final int INSTANCE_BITS = 60;

	private final RedisExecutors executors = new RedisExecutors();

	private final RegisteredListener listener = new RegisteredListener();

	private final Duration timeout;

	private final RedisKeys keys;

	private final RedisClients clients;

	private final RedisChannels channels;

	private final RedisConnections connections;

	private final ChannelStore store;

	private final RedisClaims claims;

	private final InstanceLease lease;

	private final RedisOccupancy occupancy;

	private final RedisPresence presence;

	private final RedisIdempotencyRecords idempotencyRecords;

	/**
	 * Creates a broker and begins to connect.
	 * @param connectionFactory has the settings of the application's connections
	 * @param namespace what all names in Redis begin with; without braces
	 * @param timeout how long Redis may take to answer
	 * @param policies how much history a channel keeps
	 */
	public RedisBroker(LettuceConnectionFactory connectionFactory, String namespace, Duration timeout,
			Function<String, HistoryPolicy> policies) {
		this(connectionFactory, namespace, timeout, policies, (channel) -> StatePolicy.DEFAULT);
	}

	/**
	 * Creates a broker and begins to connect.
	 * @param connectionFactory has the settings of the application's connections
	 * @param namespace what all names in Redis begin with; without braces
	 * @param timeout how long Redis may take to answer
	 * @param policies how much history a channel keeps
	 * @param states how much state a channel may have
	 */
	public RedisBroker(LettuceConnectionFactory connectionFactory, String namespace, Duration timeout,
			Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		this.timeout = timeout;
		this.keys = new RedisKeys(namespace, connectionFactory.getDatabase());
		this.clients = new RedisClients(connectionFactory, timeout);
		this.channels = new RedisChannels((name) -> channel(name, policies.apply(name), states.apply(name)), timeout,
				this.executors.workers());
		this.connections = new RedisConnections(this.clients, timeout, this.keys, random(INSTANCE_BITS), this.executors,
				new InboundMessages(this.channels, this.keys, this.executors, this.listener), this::connected);
		ScriptRunner scripts = this.connections::run;
		this.store = new ChannelStore(random(EPOCH_BITS), this.channels, scripts, this.connections::publishCommand,
				this.keys);
		this.claims = new RedisClaims(random(INSTANCE_BITS), scripts, this.keys);
		this.lease = new InstanceLease(scripts, this.keys, () -> random(INSTANCE_BITS));
		this.occupancy = new RedisOccupancy(this.lease, scripts, this.keys, this.listener);
		this.presence = new RedisPresence(this.lease, scripts, this.connections::publishCommand, this.keys);
		this.idempotencyRecords = new RedisIdempotencyRecords(random(INSTANCE_BITS), scripts, this.keys);
		this.connections.subscribe(this.keys.instances());
		this.connections.open();
		this.executors.every(TICK, this::tick);
	}

	private RedisChannel channel(String name, HistoryPolicy history, StatePolicy state) {
		return new RedisChannel(this.keys.relay(name), new ChannelArguments(name, this.keys, history, state),
				history.size() > 0,
				() -> new OrderedDelivery(name, this::read, this.listener, this.executors.workers()));
	}

	private CompletableFuture<History> read(String channel, @Nullable Position since, int limit) {
		return this.store.read(channel, since, limit, false);
	}

	private static String random(int bits) {
		return new BigInteger(bits, new SecureRandom()).toString(Character.MAX_RADIX);
	}

	/** Another server may be there now, one that has seen less. */
	private void connected() {
		this.lease.doubt();
	}

	private void tick() {
		long now = System.nanoTime();
		this.lease.tick(now);
		this.occupancy.tick();
		this.presence.tick();
		this.idempotencyRecords.tick(now);
		this.channels.tick(now, this.connections::unsubscribe);
	}

	@Override
	public void listen(BrokerListener listener) {
		this.listener.register(listener);
	}

	@Override
	public CompletableFuture<Void> subscribe(String channel) {
		return this.channels.listen(channel, this.connections::subscribe);
	}

	@Override
	public void unsubscribe(String channel) {
		this.channels.unlisten(channel);
	}

	@Override
	public CompletableFuture<Position> publish(Draft draft) {
		return this.store.publish(draft);
	}

	@Override
	public CompletableFuture<History> history(String channel, @Nullable Position since, int limit) {
		return onWorker(this.store.read(channel, since, limit, false));
	}

	@Override
	public CompletableFuture<History> snapshot(String channel, @Nullable Position since, int limit) {
		return onWorker(this.store.read(channel, since, limit, true));
	}

	@Override
	public CompletableFuture<StateOutcome> change(StateChange change) {
		return this.store.change(change);
	}

	@Override
	public CompletableFuture<@Nullable StateEntry> value(String channel, String key) {
		return this.store.value(channel, key);
	}

	@Override
	public CompletableFuture<Boolean> hasChanged(String channel, String idempotencyKey) {
		return this.store.hasChanged(channel, idempotencyKey);
	}

	@Override
	public CompletableFuture<Boolean> claim(String channel, String task, Duration atMost) {
		return this.claims.claim(channel, task, atMost);
	}

	@Override
	public void release(String channel, String task) {
		this.claims.release(channel, task);
	}

	@Override
	public void occupy(String channel) {
		this.occupancy.occupy(channel);
	}

	@Override
	public void vacate(String channel) {
		this.occupancy.vacate(channel);
	}

	@Override
	public void standBy() {
		this.lease.use();
	}

	@Override
	public CompletableFuture<?> enter(String channel, String clientId, String token, Line member) {
		return this.presence.enter(channel, clientId, token, member);
	}

	@Override
	public void leave(String channel, String clientId, String token) {
		this.presence.leave(channel, clientId, token);
	}

	@Override
	public CompletableFuture<MemberPage> members(String channel, @Nullable String after, int limit) {
		return onWorker(this.presence.members(channel, after, limit));
	}

	@Override
	public CompletableFuture<IdempotencyRecord> beginAnswer(String clientId, String op) {
		return onWorker(this.idempotencyRecords.begin(clientId, op));
	}

	@Override
	public CompletableFuture<?> keepAnswer(String clientId, String op, String answer) {
		return this.idempotencyRecords.keep(clientId, op, answer);
	}

	@Override
	public void abandonAnswer(String clientId, String op) {
		this.idempotencyRecords.abandon(clientId, op);
	}

	@Override
	public CompletableFuture<?> tell(InstanceMessage message) {
		return this.connections.publish(this.keys.instances(), InstanceMessages.write(message));
	}

	/**
	 * Completes off the driver's thread, which callers may keep for long.
	 */
	private <T> CompletableFuture<T> onWorker(CompletableFuture<T> future) {
		return future.thenApplyAsync(Function.identity(), this.executors.workers());
	}

	@Override
	public void close() {
		this.lease.close();
		CompletableFuture<Void> closing = this.connections.close();
		this.executors.close();
		// The driver would close once more what is still open, and log errors about it
		closing.completeOnTimeout(null, this.timeout.toMillis(), TimeUnit.MILLISECONDS)
			.handle((done, failure) -> done)
			.join();
		this.clients.close();
		this.channels.close();
	}

}
