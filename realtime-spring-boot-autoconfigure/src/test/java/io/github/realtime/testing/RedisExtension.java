package io.github.realtime.testing;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts a Redis, a cluster or a Redis with sentinels. It is the {@link Redis} that the
 * test class is parameterized with, as with {@link EachRedis}, or the first that runs
 * here.
 *
 * @param <T> what is started
 */
public final class RedisExtension<T extends AutoCloseable> extends ServerExtension {

	private final Function<Redis, T> starter;

	private @Nullable Redis redis;

	private @Nullable T server;

	private RedisExtension(Function<Redis, T> starter) {
		this.starter = starter;
	}

	/**
	 * Starts one server.
	 * @param options further lines of {@code redis.conf}
	 */
	public static RedisExtension<RedisServer> server(String... options) {
		return new RedisExtension<>((redis) -> RedisServer.start(redis, options));
	}

	/**
	 * Starts a cluster.
	 * @param replicas how many replicas each master has
	 */
	public static RedisExtension<RedisCluster> cluster(int replicas) {
		return new RedisExtension<>((redis) -> RedisCluster.start(redis, replicas));
	}

	/**
	 * Starts a master with replicas, and sentinels that watch it.
	 */
	public static RedisExtension<RedisSentinels> sentinels() {
		return new RedisExtension<>((redis) -> RedisSentinels.start());
	}

	/**
	 * Returns what runs; it is started when it is first asked for.
	 */
	public synchronized T get() {
		T running = this.server;
		if (running == null) {
			running = this.starter.apply((this.redis != null) ? this.redis : Redis.any());
			this.server = running;
		}
		return running;
	}

	@Override
	public void start(@Nullable ExtensionContext context) {
		this.redis = argument(context, Redis.class);
	}

	@Override
	protected synchronized void stop() {
		T running = this.server;
		this.server = null;
		if (running != null) {
			close(running);
		}
	}

	private static void close(AutoCloseable server) {
		try {
			server.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
