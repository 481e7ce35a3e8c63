package io.github.realtime.broker.redis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.BrokerListener;
import io.github.realtime.broker.Draft;
import io.github.realtime.broker.History;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.IdempotencyRecord;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.MemberPage;
import io.github.realtime.broker.PresenceChange;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StateOutcome.Changed;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.protocol.Line;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The broker of any number of instances. Redis numbers publications, keeps the recent
 * ones and relays them; what an instance misses of that, it reads. It connects in the
 * background, so that an application starts without Redis too.
 */
public final class RedisBroker implements Broker, AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisBroker.class);

	private static final byte[] KEY_TTL = number(Duration.ofMinutes(5).toMillis());

	private static final long TICK = 1000;

	/** How many channels are remembered that nobody listens to. */
	private static final int MAX_REMEMBERED = 100_000;

	private static final byte[] NONE = {};

	private static final byte[] ZERO = { '0' };

	private static final byte[] ONE = { '1' };

	private final RedisExecutors threads = new RedisExecutors();

	private final ConcurrentMap<String, RedisChannel> channels = new ConcurrentHashMap<>();

	/**
	 * What every epoch begins with that this instance begins; the server adds its time.
	 */
	private final byte[] epoch = bytes(random(30));

	private final Duration timeout;

	private final RedisKeys keys;

	private final Function<String, HistoryPolicy> policies;

	private final Function<String, StatePolicy> states;

	private final RedisClients clients;

	private final RedisConnections connections;

	private final InstanceLease lease;

	private final RedisOccupancy occupancy;

	private final RedisPresence presence;

	private final RedisIdempotencyRecords answers;

	/** Names this instance where it claims something. */
	private final byte[] name = bytes(random(60));

	private volatile BrokerListener listener = (publication) -> {
	};

	/**
	 * A channel has turned out to be in a new epoch. Redis has lost what it had, of
	 * others too maybe.
	 */
	private volatile boolean lost;

	private final BrokerListener relayed = new BrokerListener() {

		@Override
		public void onPublication(Publication publication) {
			RedisBroker.this.listener.onPublication(publication);
		}

		@Override
		public void onGap(String channel, Position top) {
			RedisBroker.this.listener.onGap(channel, top);
		}

	};

	/**
	 * Creates a broker and begins to connect.
	 * @param connectionFactory has the settings of the application's connections
	 * @param namespace what all names in Redis begin with; without braces
	 * @param timeout how long Redis may take to answer
	 * @param policies tells how much history a channel keeps
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
	 * @param policies tells how much history a channel keeps
	 * @param states tells how much state a channel may have
	 */
	public RedisBroker(LettuceConnectionFactory connectionFactory, String namespace, Duration timeout,
			Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		this.states = states;
		this.timeout = timeout;
		this.keys = new RedisKeys(namespace, connectionFactory.getDatabase());
		this.policies = policies;
		this.clients = new RedisClients(connectionFactory, timeout);
		this.connections = new RedisConnections(this.clients, timeout, this.keys, random(60), this.threads,
				new Hearer(), this::connected);
		this.lease = new InstanceLease(this.connections::run, this.keys, () -> random(60));
		this.occupancy = new RedisOccupancy(this.lease, this.connections::run, this.keys, () -> this.listener);
		this.presence = new RedisPresence(this.lease, this.connections::run, this.keys, this::relayOf);
		this.answers = new RedisIdempotencyRecords(random(60), this.connections::run, this.keys);
		this.connections.subscribe(this.keys.instances());
		this.connections.open();
		this.threads.every(TICK, this::tick);
	}

	@Override
	public CompletableFuture<Position> publish(Draft draft) {
		byte[] publish = this.connections.publishCommand();
		if (publish == null) {
			return CompletableFuture.failedFuture(CommandRouter.noConnection());
		}
		RedisChannel channel = channel(draft.channel());
		byte[] excluded = (draft.excluded() != null) ? bytes(draft.excluded()) : NONE;
		List<byte[]> arguments = append(channel, publish, draft.head(), draft.tail().text(), excluded);
		return this.connections.run(Script.PUBLISH, keys(channel, draft.channel(), draft.idempotencyKey()), arguments)
			.thenApply((reply) -> {
				Position position = new Position(text(reply.get(0)), (Long) reply.get(1));
				String term = text(reply.get(2));
				// Without one it was given out before, maybe in an epoch that is over
				if (!term.isEmpty()) {
					reached(channel, new AssignedPosition(position, term));
				}
				return position;
			});
	}

	private String[] keys(RedisChannel channel, String name, @Nullable String idempotencyKey) {
		return (idempotencyKey != null) ? this.keys.of(name, idempotencyKey) : channel.keys();
	}

	/**
	 * What every script gets that appends a publication.
	 */
	private List<byte[]> append(RedisChannel channel, byte[] publish, String head, String end, byte[] excluded) {
		List<byte[]> arguments = open(channel);
		arguments.addAll(channel.historyBounds());
		arguments.add(publish);
		arguments.add(bytes(channel.relayName()));
		arguments.add(bytes(head));
		arguments.add(bytes(end));
		arguments.add(excluded);
		arguments.add(KEY_TTL);
		return arguments;
	}

	/**
	 * How to reach those who listen to a channel.
	 */
	private @Nullable List<byte[]> relayOf(String channel) {
		byte[] publish = this.connections.publishCommand();
		return (publish != null) ? List.of(publish, bytes(this.keys.relay(channel))) : null;
	}

	/**
	 * What every script gets that works with a channel's numbering.
	 */
	private List<byte[]> open(RedisChannel channel) {
		AssignedPosition highest = channel.highest();
		Position position = (highest != null) ? highest.position() : null;
		List<byte[]> arguments = new ArrayList<>(17);
		arguments.add(this.epoch);
		arguments.add(epoch(position));
		arguments.add(offset(position));
		arguments.add((highest != null) ? bytes(highest.term()) : NONE);
		return arguments;
	}

	@Override
	public CompletableFuture<StateOutcome> change(StateChange change) {
		byte[] publish = this.connections.publishCommand();
		if (publish == null) {
			return CompletableFuture.failedFuture(CommandRouter.noConnection());
		}
		RedisChannel channel = channel(change.channel());
		List<byte[]> arguments = append(channel, publish, change.head(), change.end(), NONE);
		arguments.addAll(channel.stateBounds());
		change.edits().forEach((edit) -> StateCodec.write(edit, arguments));
		return this.connections.run(Script.CHANGE, keys(channel, change.channel(), change.idempotencyKey()), arguments)
			.thenApply((reply) -> {
				StateOutcome outcome = StateCodec.outcome(change.edits(), reply);
				if (outcome instanceof Changed changed && !changed.repeated()) {
					reached(channel, new AssignedPosition(changed.position(), text(reply.get(3))));
				}
				return outcome;
			});
	}

	@Override
	public CompletableFuture<@Nullable StateEntry> value(String channel, String key) {
		return this.connections.run(Script.VALUE, channel(channel).keys(), List.of(bytes(key)))
			.thenApply((reply) -> reply.isEmpty() ? null
					: StateCodec.entry((Long) reply.get(0), (byte[]) reply.get(1), 0));
	}

	@Override
	public CompletableFuture<Boolean> hasChanged(String channel, String idempotencyKey) {
		return this.connections.run(Script.KNOWN, this.keys.of(channel, idempotencyKey), List.of())
			.thenApply((reply) -> reply.get(0).equals(1L));
	}

	@Override
	public CompletableFuture<Boolean> claim(String channel, String task, Duration atMost) {
		return claim(channel, task, atMost.toMillis()).thenApply((reply) -> reply.get(0).equals(1L));
	}

	@Override
	public void release(String channel, String task) {
		claim(channel, task, 0);
	}

	private CompletableFuture<List<Object>> claim(String channel, String task, long atMost) {
		return this.connections.run(Script.CLAIM, new String[] { this.keys.claim(channel, task) },
				List.of(this.name, number(atMost)));
	}

	@Override
	public void occupy(String channel) {
		this.occupancy.occupy(channel);
	}

	@Override
	public void standBy() {
		this.lease.use();
	}

	@Override
	public void vacate(String channel) {
		this.occupancy.vacate(channel);
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
		return this.presence.members(channel, after, limit).thenApplyAsync(Function.identity(), this.threads.workers());
	}

	@Override
	public CompletableFuture<IdempotencyRecord> beginAnswer(String clientId, String op) {
		return this.answers.begin(clientId, op).thenApplyAsync(Function.identity(), this.threads.workers());
	}

	@Override
	public CompletableFuture<?> keepAnswer(String clientId, String op, String answer) {
		return this.answers.keep(clientId, op, answer);
	}

	@Override
	public void abandonAnswer(String clientId, String op) {
		this.answers.abandon(clientId, op);
	}

	@Override
	public CompletableFuture<History> history(String channel, @Nullable Position since, int limit) {
		return read(channel, since, limit, false).thenApplyAsync(Function.identity(), this.threads.workers());
	}

	@Override
	public CompletableFuture<History> snapshot(String channel, @Nullable Position since, int limit) {
		return read(channel, since, limit, true).thenApplyAsync(Function.identity(), this.threads.workers());
	}

	private void reached(RedisChannel channel, AssignedPosition mark) {
		if (channel.reached(mark)) {
			this.lost = true;
		}
	}

	private CompletableFuture<History> read(String name, @Nullable Position since, int limit) {
		return read(name, since, limit, false);
	}

	private CompletableFuture<History> read(String name, @Nullable Position since, int limit, boolean state) {
		RedisChannel channel = channel(name);
		List<byte[]> arguments = open(channel);
		arguments.add(epoch(since));
		arguments.add(offset(since));
		arguments.add(number(limit));
		arguments.add(number(channel.policy().ttl().toMillis()));
		arguments.add(flag(channel.isListened()));
		arguments.add(flag(state));
		return this.connections.run(Script.READ, channel.keys(), arguments).thenApply((reply) -> {
			History history = history(name, reply);
			reached(channel, new AssignedPosition(history.top(), text(reply.get(2))));
			if (channel.isListened()) {
				// On the driver's thread, which brings the lowest top first
				channel.relay().seen(history.top());
			}
			return history;
		});
	}

	private static History history(String channel, List<Object> reply) {
		String epoch = text(reply.get(0));
		List<Publication> publications = new ArrayList<>((reply.size() - 5) / 3);
		for (int i = 5; i < reply.size(); i += 3) {
			publications.add(PublicationMessage.of(channel, new Position(epoch, (Long) reply.get(i)),
					(byte[]) reply.get(i + 2), (byte[]) reply.get(i + 1)));
		}
		return new History(new Position(epoch, (Long) reply.get(1)), reply.get(3).equals(1L), publications,
				(reply.get(4) instanceof List<?> state) ? StateCodec.entries(state) : null);
	}

	@Override
	public void listen(BrokerListener listener) {
		this.listener = listener;
	}

	@Override
	public CompletableFuture<Void> subscribe(String channel) {
		RedisChannel listened = this.channels.compute(channel, (name, known) -> {
			RedisChannel used = (known != null) ? known : newChannel(name);
			// In here, so that it is not forgotten in the same moment
			used.use();
			return used;
		});
		// Not in there: the answer may come sooner than the channel could be found
		return listened.listen(() -> this.connections.subscribe(listened.relayName()));
	}

	@Override
	public void unsubscribe(String channel) {
		RedisChannel known = this.channels.get(channel);
		if (known != null) {
			known.unlisten();
		}
	}

	@Override
	public CompletableFuture<?> tell(InstanceMessage message) {
		return this.connections.publish(this.keys.instances(), InstanceMessages.write(message));
	}

	private RedisChannel channel(String name) {
		RedisChannel known = this.channels.get(name);
		if (known != null) {
			return known;
		}
		return (this.channels.size() < MAX_REMEMBERED) ? this.channels.computeIfAbsent(name, this::newChannel)
				: newChannel(name);
	}

	private RedisChannel newChannel(String name) {
		return new RedisChannel(this.keys.relay(name), this.keys.of(name, null), this.policies.apply(name),
				this.states.apply(name),
				() -> new OrderedDelivery(name, this::read, this.relayed, this.threads.workers()));
	}

	private static byte[] epoch(@Nullable Position position) {
		return (position != null) ? bytes(position.epoch()) : NONE;
	}

	private static byte[] offset(@Nullable Position position) {
		return number((position != null) ? position.offset() : 0);
	}

	static byte[] number(long number) {
		return bytes(Long.toString(number));
	}

	private static byte[] flag(boolean set) {
		return set ? ONE : ZERO;
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static String text(Object bytes) {
		return new String((byte[]) bytes, StandardCharsets.UTF_8);
	}

	private static String random(int bits) {
		return new BigInteger(bits, new SecureRandom()).toString(Character.MAX_RADIX);
	}

	/** Another server may be there now, one that had seen less. */
	private void connected() {
		this.lease.doubt();
	}

	private void tick() {
		long now = System.nanoTime();
		this.lease.tick(now);
		this.occupancy.tick();
		this.presence.tick();
		this.answers.tick(now);
		boolean lost = this.lost;
		this.lost = false;
		this.channels.forEach((name, channel) -> {
			CompletableFuture<Void> overdue = channel.tick(now, this.timeout, lost,
					() -> this.connections.unsubscribe(channel.relayName()));
			if (overdue != null) {
				this.threads.workers()
					.execute(() -> overdue.completeExceptionally(new RealtimeUnavailableException(
							"Redis did not let this instance listen within " + this.timeout.toMillis() + " ms", null)));
			}
			if (channel.isForgettable(now)) {
				this.channels.computeIfPresent(name,
						(key, current) -> (current == channel && channel.isForgettable(now)) ? null : current);
			}
		});
	}

	@Override
	public void close() {
		this.lease.close();
		CompletableFuture<Void> closing = this.connections.close();
		this.threads.close();
		// What is open still, the driver would close once more, and complain about
		closing.completeOnTimeout(null, this.timeout.toMillis(), TimeUnit.MILLISECONDS)
			.handle((done, failure) -> done)
			.join();
		this.clients.close();
		RealtimeUnavailableException closed = new RealtimeUnavailableException("The broker is closed", null);
		this.channels.values().forEach((channel) -> channel.listening().completeExceptionally(closed));
	}

	/**
	 * Hears what instances publish, on the driver's thread.
	 */
	private final class Hearer implements PubSubRouter.Hearer {

		@Override
		public void subscribed(String name) {
			RedisChannel channel = channel(name);
			if (channel != null) {
				CompletableFuture<Void> listening = channel.confirm();
				if (listening != null && !listening.isDone()) {
					RedisBroker.this.threads.workers().execute(() -> listening.complete(null));
				}
			}
		}

		@Override
		public void heard(String name, byte[] message) {
			if (name.equals(RedisBroker.this.keys.instances())) {
				RedisBroker.this.threads.inOrder(() -> told(message));
				return;
			}
			RedisChannel channel = channel(name);
			if (channel == null || !channel.isListened()) {
				return;
			}
			if (RedisPresence.isChange(message)) {
				PresenceChange change = RedisPresence.read(RedisBroker.this.keys.channel(name), message);
				RedisBroker.this.threads.inOrder(() -> RedisBroker.this.listener.onPresence(change));
			}
			else {
				PublicationMessage read = PublicationMessage.read(RedisBroker.this.keys.channel(name), message);
				if (channel.heard(read.mark())) {
					RedisBroker.this.lost = true;
				}
				channel.relay().arrived(read.publication());
			}
		}

		private @Nullable RedisChannel channel(String name) {
			RedisChannel channel = name.equals(RedisBroker.this.keys.instances()) ? null
					: RedisBroker.this.channels.get(RedisBroker.this.keys.channel(name));
			// A probe's name may look like that of a channel's relay
			return (channel != null && channel.relayName().equals(name)) ? channel : null;
		}

		private void told(byte[] message) {
			InstanceMessage read = InstanceMessages.read(message);
			if (read != null) {
				RedisBroker.this.listener.onInstanceMessage(read);
			}
		}

	}

}
