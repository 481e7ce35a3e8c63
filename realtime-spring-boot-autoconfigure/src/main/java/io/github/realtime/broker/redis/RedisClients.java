package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;

/**
 * Makes connections with the application's settings, but with manners of our own: no
 * command is ever sent twice, none waits for a connection, and none takes longer than the
 * time limit.
 */
final class RedisClients {

	static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

	/** How many commands may be under way on one connection. */
	private static final int MAX_IN_FLIGHT = 65_536;

	private static final Duration MAX_RECONNECT_DELAY = Duration.ofSeconds(2);

	private final Duration timeout;

	private final LettuceConnectionFactory commands;

	private final @Nullable LettuceConnectionFactory pubSub;

	private final @Nullable RedisClient nodes;

	RedisClients(LettuceConnectionFactory application, Duration timeout) {
		this.timeout = timeout;
		LettuceClientConfiguration settings = application.getClientConfiguration();
		ClientOptions options = settings.getClientOptions().orElseGet(ClientOptions::create);
		RedisConfiguration address = address(application);
		if (application.isClusterAware()) {
			ClientResources resources = settings.getClientResources()
				.orElseGet(ClientResources::create)
				.mutate()
				.reconnectDelay(Delay.fullJitter(Duration.ofMillis(50), MAX_RECONNECT_DELAY, 50, TimeUnit.MILLISECONDS))
				.build();
			this.commands = factory(address, settings, clusterOptions(options), resources);
			this.pubSub = null;
			this.nodes = RedisClient.create(resources);
			this.nodes.setOptions(strict(options.mutate()).autoReconnect(false).build());
		}
		else {
			ClientResources resources = settings.getClientResources().orElse(null);
			ClientOptions strict = strict(options.mutate()).autoReconnect(false).build();
			this.commands = factory(address, settings, strict, resources);
			this.pubSub = factory(address, settings, strict, resources);
			this.nodes = null;
		}
	}

	private static RedisConfiguration address(LettuceConnectionFactory application) {
		if (application.getClusterConfiguration() != null) {
			return application.getClusterConfiguration();
		}
		if (application.getSentinelConfiguration() != null) {
			return application.getSentinelConfiguration();
		}
		return (application.getSocketConfiguration() != null) ? application.getSocketConfiguration()
				: application.getStandaloneConfiguration();
	}

	private <B extends ClientOptions.Builder> B strict(B options) {
		options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
			.replayFilter((command) -> true)
			.requestQueueSize(MAX_IN_FLIGHT)
			.timeoutOptions(TimeoutOptions.enabled(this.timeout))
			.socketOptions(SocketOptions.builder().connectTimeout(this.timeout).keepAlive(true).build());
		return options;
	}

	private ClusterClientOptions clusterOptions(ClientOptions options) {
		ClusterClientOptions cluster = (options instanceof ClusterClientOptions own) ? own
				: ClusterClientOptions.builder(options).build();
		ClusterClientOptions.Builder strict = cluster.mutate();
		strict(strict);
		return strict.build();
	}

	private LettuceConnectionFactory factory(RedisConfiguration address, LettuceClientConfiguration settings,
			ClientOptions options, @Nullable ClientResources resources) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(address,
				new Settings(settings, options, resources, this.timeout));
		factory.setShareNativeConnection(false);
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	boolean isCluster() {
		return this.nodes != null;
	}

	/**
	 * Returns the masters of a cluster, as far as they are known.
	 * @return which node has which slot; {@code null} without a cluster
	 */
	@Nullable Partitions partitions() {
		return (this.commands.getRequiredNativeClient() instanceof RedisClusterClient cluster) ? cluster.getPartitions()
				: null;
	}

	/**
	 * Asks a cluster which node has which slot. May take its time.
	 */
	void refreshPartitions() {
		if (this.commands.getRequiredNativeClient() instanceof RedisClusterClient cluster) {
			cluster.refreshPartitions();
		}
	}

	/**
	 * Makes a connection for commands, to the server or to the cluster.
	 * @return the connection
	 */
	StatefulConnection<String, byte[]> connectCommands() {
		AbstractRedisClient client = this.commands.getRequiredNativeClient();
		return (client instanceof RedisClusterClient cluster) ? cluster.connect(CODEC)
				: ((RedisClient) client).connect(CODEC);
	}

	@SuppressWarnings("unchecked")
	static RedisClusterAsyncCommands<String, byte[]> async(StatefulConnection<String, byte[]> connection) {
		return (connection instanceof StatefulRedisClusterConnection<?, ?> cluster)
				? ((StatefulRedisClusterConnection<String, byte[]>) cluster).async()
				: ((StatefulRedisConnection<String, byte[]>) connection).async();
	}

	/**
	 * Makes a connection that listens.
	 * @param node which node of a cluster; without a cluster {@code null}
	 * @return the connection
	 */
	StatefulRedisPubSubConnection<String, byte[]> connectPubSub(@Nullable RedisURI node) {
		if (this.pubSub != null) {
			return ((RedisClient) this.pubSub.getRequiredNativeClient()).connectPubSub(CODEC);
		}
		if (this.nodes == null || node == null) {
			throw new IllegalStateException("A node of the cluster has to be named");
		}
		return this.nodes.connectPubSub(CODEC, node);
	}

	void close() {
		this.commands.destroy();
		if (this.pubSub != null) {
			this.pubSub.destroy();
		}
		if (this.nodes != null) {
			this.nodes.shutdown(0, 100, TimeUnit.MILLISECONDS);
		}
	}

	/**
	 * The application's settings with options of ours.
	 */
	private record Settings(LettuceClientConfiguration application, ClientOptions options,
			@Nullable ClientResources resources, Duration timeout) implements LettuceClientConfiguration {

		@Override
		public boolean isUseSsl() {
			return this.application.isUseSsl();
		}

		@Override
		@Deprecated
		public boolean isVerifyPeer() {
			return this.application.isVerifyPeer();
		}

		@Override
		public SslVerifyMode getVerifyMode() {
			return this.application.getVerifyMode();
		}

		@Override
		public boolean isStartTls() {
			return this.application.isStartTls();
		}

		@Override
		public Optional<ClientResources> getClientResources() {
			return Optional.ofNullable(this.resources);
		}

		@Override
		public Optional<ClientOptions> getClientOptions() {
			return Optional.of(this.options);
		}

		@Override
		public Optional<String> getClientName() {
			return this.application.getClientName();
		}

		@Override
		public Optional<ReadFrom> getReadFrom() {
			return Optional.empty();
		}

		@Override
		public Optional<RedisCredentialsProviderFactory> getRedisCredentialsProviderFactory() {
			return this.application.getRedisCredentialsProviderFactory();
		}

		@Override
		public Duration getCommandTimeout() {
			return this.timeout;
		}

		@Override
		public Duration getShutdownTimeout() {
			return this.application.getShutdownTimeout();
		}

		@Override
		public Duration getShutdownQuietPeriod() {
			return this.application.getShutdownQuietPeriod();
		}

	}

}
