package io.github.realtime.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import io.github.realtime.testing.Patience;
import io.github.realtime.testing.Redis;
import io.github.realtime.testing.RedisServer;
import org.jspecify.annotations.Nullable;

/**
 * The instances of one application: several that share a Redis, or one by itself.
 */
final class Servers implements AutoCloseable {

	private final List<RealtimeServer> started = new ArrayList<>();

	private final @Nullable RedisServer redis;

	private Servers(@Nullable RedisServer redis) {
		this.redis = redis;
	}

	static Servers sharing(boolean redis) {
		return new Servers(redis ? RedisServer.start(Redis.any()) : null);
	}

	RealtimeServer start(UnaryOperator<RealtimeServer.Builder> settings) {
		RealtimeServer server = settings
			.apply(RealtimeServer.on(Container.TOMCAT)
				.with((this.redis != null) ? "spring.data.redis.url=" + this.redis.uri() : "realtime.broker=memory")
				.with("realtime.redis.timeout=" + Patience.ENOUGH.toSeconds() + "s"))
			.start();
		this.started.add(server);
		return server;
	}

	/**
	 * Starts another instance.
	 * @return the first one where nothing is shared
	 */
	RealtimeServer startAnother(UnaryOperator<RealtimeServer.Builder> settings) {
		return (this.redis != null) ? start(settings) : this.started.get(0);
	}

	@Override
	public void close() {
		this.started.forEach(RealtimeServer::close);
		if (this.redis != null) {
			this.redis.close();
		}
	}

}
