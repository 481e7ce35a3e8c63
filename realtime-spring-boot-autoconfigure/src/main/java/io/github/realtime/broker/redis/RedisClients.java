package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;
import org.springframework.util.Assert;

/**
 * Makes connections with the application's settings, but with manners of our own: no
 * command is ever sent twice, none waits for a connection, and none takes longer than the
 * time limit.
 */
final class RedisClients {

	static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

	/** How many commands may be under way on one connection. */
	private static final int MAX_IN_FLIGHT = 65_536;

	private final Duration timeout;

	private final LettuceClientConfiguration settings;

	private final RedisConfiguration address;

	/** Connects to the server, or asks the cluster which nodes it has. */
	private final LettuceConnectionFactory factory;

	/** Connects to single nodes of a cluster. */
	private final @Nullable RedisClient nodes;

	RedisClients(LettuceConnectionFactory application, Duration timeout) {
		this.timeout = timeout;
		this.settings = application.getClientConfiguration();
		this.address = address(application);
		ClientOptions options = this.settings.getClientOptions().orElseGet(ClientOptions::create);
		if (application.isClusterAware()) {
			this.factory = factory(clusterOptions(options));
			this.nodes = this.settings.getClientResources().map(RedisClient::create).orElseGet(RedisClient::create);
			// With RESP2 the driver takes a message on a sharded channel for a reply
			this.nodes.setOptions(strict(options, options.mutate()).protocolVersion(ProtocolVersion.RESP3).build());
		}
		else {
			this.factory = factory(strict(options, options.mutate()).build());
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
		if (application.getSocketConfiguration() != null) {
			return application.getSocketConfiguration();
		}
		RedisStandaloneConfiguration address = application.getStandaloneConfiguration();
		if (address.getHostName().equals(application.getHostName()) && address.getPort() == application.getPort()) {
			return address;
		}
		// That was only the default: of what it was given as a RedisConfiguration, which
		// createRedisConfiguration(uri) returns too, it tells just the parts
		address = new RedisStandaloneConfiguration(application.getHostName(), application.getPort());
		address.setDatabase(application.getDatabase());
		address.setPassword(application.getPassword());
		return address;
	}

	private <B extends ClientOptions.Builder> B strict(ClientOptions application, B options) {
		SocketOptions sockets = application.getSocketOptions();
		Duration patience = (sockets.getConnectTimeout().compareTo(this.timeout) < 0) ? sockets.getConnectTimeout()
				: this.timeout;
		options.autoReconnect(false)
			.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
			.replayFilter((command) -> true)
			.requestQueueSize(MAX_IN_FLIGHT)
			.timeoutOptions(TimeoutOptions.enabled(this.timeout))
			.socketOptions(sockets.mutate().connectTimeout(patience).build());
		return options;
	}

	private ClusterClientOptions clusterOptions(ClientOptions options) {
		ClusterClientOptions cluster = (options instanceof ClusterClientOptions own) ? own
				: ClusterClientOptions.builder(options).build();
		return strict(cluster, cluster.mutate()).build();
	}

	private LettuceConnectionFactory factory(ClientOptions options) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(this.address,
				new Settings(this.settings, options, this.timeout));
		factory.setShareNativeConnection(false);
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	boolean isCluster() {
		return this.nodes != null;
	}

	/**
	 * Asks a cluster which node has which slot. Takes its time.
	 * @return its nodes, as they are now
	 */
	Partitions partitions() {
		RedisClusterClient cluster = (RedisClusterClient) this.factory.getRequiredNativeClient();
		cluster.refreshPartitions();
		return cluster.getPartitions().clone();
	}

	/**
	 * Makes a connection for commands.
	 * @return the connection
	 */
	StatefulRedisConnection<String, byte[]> connect() {
		return client().connect(CODEC);
	}

	/**
	 * Makes a connection for commands to a node of a cluster.
	 * @param node where it is
	 * @return the connection
	 */
	StatefulRedisConnection<String, byte[]> connect(RedisURI node) {
		return nodes().connect(CODEC, withSettings(node));
	}

	/**
	 * Makes a connection that listens.
	 * @return the connection
	 */
	StatefulRedisPubSubConnection<String, byte[]> connectPubSub() {
		return client().connectPubSub(CODEC);
	}

	private RedisClient client() {
		return (RedisClient) this.factory.getRequiredNativeClient();
	}

	/**
	 * Makes a connection that listens to a node of a cluster.
	 * @param node where it is
	 * @return the connection
	 */
	StatefulRedisPubSubConnection<String, byte[]> connectPubSub(RedisURI node) {
		return nodes().connectPubSub(CODEC, withSettings(node));
	}

	private RedisClient nodes() {
		Assert.state(this.nodes != null, "There is no cluster");
		return this.nodes;
	}

	/**
	 * Of a node that the cluster named the driver knows no more than the address.
	 */
	private RedisURI withSettings(RedisURI node) {
		RedisURI.Builder uri = RedisURI.builder()
			.withHost(node.getHost())
			.withPort(node.getPort())
			.withSsl(this.settings.isUseSsl())
			.withStartTls(this.settings.isStartTls())
			.withVerifyPeer(this.settings.getVerifyMode())
			.withTimeout(this.timeout);
		this.settings.getClientName().ifPresent(uri::withClientName);
		RedisCredentialsProvider credentials = this.settings.getRedisCredentialsProviderFactory()
			.orElseGet(() -> new RedisCredentialsProviderFactory() {
			})
			.createCredentialsProvider(this.address);
		if (credentials != null) {
			uri.withAuthentication(credentials);
		}
		return uri.build();
	}

	void close() {
		this.factory.destroy();
		if (this.nodes != null) {
			this.nodes.shutdown(0, 100, TimeUnit.MILLISECONDS);
		}
	}

	/**
	 * The application's settings with options of ours.
	 */
	private record Settings(LettuceClientConfiguration application, ClientOptions options,
			Duration timeout) implements LettuceClientConfiguration {

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
			return this.application.getClientResources();
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
