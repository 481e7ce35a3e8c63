package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.SendOptions;
import io.github.realtime.broker.BrokerListener;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.core.BrokerRealtimeTemplate;
import io.github.realtime.testing.RedisCluster;
import io.github.realtime.testing.RedisSentinels;
import io.github.realtime.testing.RedisServer;
import io.github.realtime.testing.TcpLink;
import io.github.realtime.testing.TcpProxy;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One of the instances that share a Redis: a broker that reaches it through a proxy of
 * its own unless there are several servers, and a listener that remembers what it is
 * told. More history is kept than any test sends; only three of a channel whose name
 * begins with {@code few}, and nothing of one with {@code none}.
 */
final class RedisInstance implements BrokerListener, AutoCloseable {

	/** Short, as tests wait for it to be over. */
	static final Duration TIMEOUT = Duration.ofSeconds(2);

	static final Duration PATIENCE = Duration.ofMinutes(2);

	private final List<String> occupancy = new CopyOnWriteArrayList<>();

	private final @Nullable TcpProxy proxy;

	private final RedisBroker broker;

	private final RealtimeTemplate realtime;

	private final Map<String, List<Object>> told = new ConcurrentHashMap<>();

	private final List<InstanceMessage> messages = new ArrayList<>();

	/**
	 * Makes one that does not wait for long when Redis does not answer.
	 */
	RedisInstance(RedisServer server) {
		this(server, "test", 0, TIMEOUT);
	}

	/**
	 * Makes one of a Redis that is well.
	 */
	RedisInstance(RedisServer server, String namespace, int database) {
		this(server, namespace, database, PATIENCE);
	}

	RedisInstance(RedisServer server, String namespace, int database, Duration timeout) {
		this(TcpProxy.to(server.port()), namespace, database, timeout);
	}

	private RedisInstance(TcpProxy proxy, String namespace, int database, Duration timeout) {
		this(proxy, address(proxy, database), namespace, timeout);
	}

	private RedisInstance(RedisConfiguration address) {
		this(null, address, "test", TIMEOUT);
	}

	private RedisInstance(@Nullable TcpProxy proxy, RedisConfiguration address, String namespace, Duration timeout) {
		this.proxy = proxy;
		this.broker = new RedisBroker(
				new LettuceConnectionFactory(address, LettuceClientConfiguration.defaultConfiguration()), namespace,
				timeout, RedisInstance::policy);
		this.broker.listen(this);
		this.realtime = new BrokerRealtimeTemplate(this.broker, JsonMapper.shared(), 1_000_000, (event) -> {
		});
	}

	private static RedisConfiguration address(TcpProxy proxy, int database) {
		RedisStandaloneConfiguration address = new RedisStandaloneConfiguration("127.0.0.1", proxy.port());
		address.setDatabase(database);
		return address;
	}

	static RedisInstance of(RedisCluster cluster) {
		return new RedisInstance(new RedisClusterConfiguration(List.of(cluster.addresses().split(","))));
	}

	static RedisInstance of(RedisSentinels sentinels) {
		return new RedisInstance(
				new RedisSentinelConfiguration(sentinels.masterName(), Set.of(sentinels.addresses().split(","))));
	}

	private static HistoryPolicy policy(String channel) {
		int size = channel.startsWith("none") ? 0 : channel.startsWith("few") ? 3 : 1_000_000;
		return new HistoryPolicy(size, 1_000_000_000, Duration.ofHours(1));
	}

	TcpProxy proxy() {
		return Objects.requireNonNull(this.proxy);
	}

	RedisBroker broker() {
		return this.broker;
	}

	/**
	 * The connections that listen; those too that were given up without a word.
	 */
	List<TcpLink> ears() {
		return proxy().linksThatSent("SUBSCRIBE");
	}

	/**
	 * The connections that send commands; those too that were given up without a word.
	 */
	List<TcpLink> mouths() {
		return proxy().linksThatSent("EVALSHA");
	}

	/**
	 * Subscribes to channels as the hub does for its first client: what counts from then
	 * on is what comes after the position it reads. Tries again when Redis does not
	 * answer in time.
	 */
	RedisInstance subscribe(String... channels) {
		for (String channel : channels) {
			untilAnswered(() -> this.broker.subscribe(channel));
			untilAnswered(() -> this.broker.history(channel, null, 0));
		}
		return this;
	}

	/**
	 * Sends once, and tries again when Redis does not answer in time.
	 */
	Position send(String channel, String text) {
		String idempotencyKey = UUID.randomUUID().toString();
		return untilAnswered(() -> sendAsync(channel, text, idempotencyKey));
	}

	private static <T> T untilAnswered(Supplier<CompletableFuture<T>> question) {
		List<CompletableFuture<T>> last = new ArrayList<>();
		await().atMost(PATIENCE).ignoreException(RealtimeUnavailableException.class).until(() -> {
			last.add(0, question.get());
			get(last.get(0));
			return true;
		});
		return get(last.get(0));
	}

	CompletableFuture<Position> sendAsync(String channel, String text) {
		return this.realtime.sendAsync(channel, text);
	}

	CompletableFuture<Position> sendAsync(String channel, String text, String idempotencyKey) {
		return this.realtime.sendAsync(channel, text, SendOptions.defaults().idempotencyKey(idempotencyKey));
	}

	@Override
	public void onPublication(Publication publication) {
		tell(publication.channel(), publication);
	}

	@Override
	public void onGap(String channel, Position top) {
		tell(channel, new Gap(top));
	}

	private void tell(String channel, Object what) {
		List<Object> told = this.told.computeIfAbsent(channel, (name) -> new ArrayList<>());
		synchronized (told) {
			told.add(what);
		}
	}

	@Override
	public void onOccupied(String channel) {
		this.occupancy.add("occupied " + channel);
	}

	@Override
	public void onVacated(String channel) {
		this.occupancy.add("vacated " + channel);
	}

	/**
	 * What the listener was told of channels that clients of all instances came to and
	 * left.
	 */
	List<String> occupancy() {
		return List.copyOf(this.occupancy);
	}

	@Override
	public void onInstanceMessage(InstanceMessage message) {
		synchronized (this.messages) {
			this.messages.add(message);
		}
	}

	List<InstanceMessage> messages() {
		synchronized (this.messages) {
			return List.copyOf(this.messages);
		}
	}

	/**
	 * What the listener was told of a channel, publications and gaps, in that order.
	 */
	List<Object> told(String channel) {
		List<Object> told = this.told.getOrDefault(channel, List.of());
		synchronized (told) {
			return List.copyOf(told);
		}
	}

	List<Publication> publications(String channel) {
		return told(channel).stream().filter(Publication.class::isInstance).map(Publication.class::cast).toList();
	}

	List<String> texts(String channel) {
		return publications(channel).stream().map((publication) -> publication.data().stringValue()).toList();
	}

	List<Gap> gaps(String channel) {
		return told(channel).stream().filter(Gap.class::isInstance).map(Gap.class::cast).toList();
	}

	/**
	 * Waits until the listener has got a text.
	 */
	void awaitText(String channel, String text) {
		await("'" + text + "' on " + channel).atMost(PATIENCE).until(() -> texts(channel).contains(text));
	}

	/**
	 * Waits until the listener was told that it missed something for good.
	 */
	Position awaitGap(String channel) {
		await("a gap on " + channel).atMost(PATIENCE).until(() -> !gaps(channel).isEmpty());
		return gaps(channel).get(0).top();
	}

	/**
	 * Checks that the listener was told everything in order: each publication follows the
	 * one before, or the place that a gap named; and no epoch comes twice.
	 */
	void assertInOrder(String channel) {
		Set<String> epochs = new HashSet<>();
		Position last = null;
		for (Object told : told(channel)) {
			Position next = (told instanceof Gap gap) ? gap.top() : ((Publication) told).position();
			if (last == null || !last.epoch().equals(next.epoch())) {
				assertThat(epochs.add(next.epoch())).as("%s after %s on %s", told, last, channel).isTrue();
				assertThat(last == null || told instanceof Gap).as("%s after %s on %s", told, last, channel).isTrue();
			}
			else if (told instanceof Gap) {
				assertThat(next.offset()).as("gap after %s on %s", last, channel).isGreaterThan(last.offset());
			}
			else {
				assertThat(next.offset()).as("after %s on %s", last, channel).isEqualTo(last.offset() + 1);
			}
			last = next;
		}
	}

	static <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw new AssertionError(ex);
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError(ex);
		}
	}

	@Override
	public void close() {
		this.broker.close();
		if (this.proxy != null) {
			this.proxy.close();
		}
	}

	/**
	 * What the listener is told in place of publications.
	 */
	record Gap(Position top) {
	}

}
