package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection: makes it, and makes it anew whenever it is lost or found dead.
 *
 * @param <C> what kind of connection
 */
final class ReconnectingConnection<C extends StatefulConnection<?, ?>> {

	private static final Log logger = LogFactory.getLog(RedisLog.CATEGORY);

	private static final Duration MIN_DELAY = Duration.ofMillis(50);

	private static final Duration MAX_DELAY = Duration.ofSeconds(2);

	private final String purpose;

	private final Supplier<C> connector;

	private final Consumer<C> prepare;

	private final Runnable onConnected;

	private final RedisExecutors executors;

	private final CountDownLatch tried = new CountDownLatch(1);

	private volatile @Nullable C current;

	private int failures;

	private boolean reported;

	private boolean closed;

	/**
	 * Creates it without a connection.
	 * @param purpose what it is for, for the log
	 * @param connector makes a connection; may block
	 * @param prepare called with a new connection before anybody else gets it
	 * @param onConnected called when it can be used
	 * @param executors connect
	 */
	ReconnectingConnection(String purpose, Supplier<C> connector, Consumer<C> prepare, Runnable onConnected,
			RedisExecutors executors) {
		this.purpose = purpose;
		this.connector = connector;
		this.prepare = prepare;
		this.onConnected = onConnected;
		this.executors = executors;
	}

	/**
	 * Begins to connect.
	 */
	void open() {
		this.executors.connectors().execute(this::connect);
	}

	/**
	 * Returns the present connection.
	 * @return the connection, or {@code null} if there is none now
	 */
	@Nullable C current() {
		return this.current;
	}

	/**
	 * Waits for the end of the first attempt to connect.
	 * @param patience how long
	 */
	void awaitFirstAttempt(Duration patience) {
		if (this.tried.getCount() > 0) {
			try {
				this.tried.await(patience.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void connect() {
		try {
			C made = this.connector.get();
			try {
				made.addListener(new RedisConnectionStateListener() {

					@Override
					public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
						replace(made, "it was closed");
					}

				});
				this.prepare.accept(made);
			}
			catch (RuntimeException | Error ex) {
				made.closeAsync();
				throw ex;
			}
			connected(made);
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
		finally {
			this.tried.countDown();
		}
	}

	private void connected(C made) {
		synchronized (this) {
			if (this.closed) {
				made.closeAsync();
				return;
			}
			this.current = made;
			this.failures = 0;
			if (this.reported) {
				this.reported = false;
				logger.info("The connection to Redis for " + this.purpose + " is there again");
			}
		}
		if (!made.isOpen()) {
			replace(made, "it was closed at once");
			return;
		}
		this.onConnected.run();
	}

	private synchronized void failed(Throwable ex) {
		if (this.closed) {
			return;
		}
		if (!this.reported) {
			this.reported = true;
			logger.warn("There is no connection to Redis for " + this.purpose + ": " + RedisFailures.rootMessage(ex)
					+ "; trying again until there is");
		}
		this.failures++;
		connectLater();
	}

	/**
	 * Gives up the connection and makes another one.
	 * @param dead the connection; one that is not the present one is ignored
	 * @param reason why, for the log
	 */
	void replace(@Nullable StatefulConnection<?, ?> dead, String reason) {
		synchronized (this) {
			if (dead == null || this.current != dead) {
				return;
			}
			this.current = null;
			if (!this.closed) {
				this.reported = true;
				logger.warn("The connection to Redis for " + this.purpose + " is lost: " + reason);
				connectLater();
			}
		}
		dead.closeAsync();
	}

	private void connectLater() {
		long max = Math.min(MAX_DELAY.toMillis(), MIN_DELAY.toMillis() << Math.min(this.failures, 10));
		this.executors.later(ThreadLocalRandom.current().nextLong(max / 2, max + 1),
				() -> this.executors.connectors().execute(this::connect));
	}

	/**
	 * Gives up the connection and makes no other.
	 * @return completes when it is closed
	 */
	CompletableFuture<Void> close() {
		C last;
		synchronized (this) {
			this.closed = true;
			last = this.current;
			this.current = null;
		}
		this.tried.countDown();
		return (last != null) ? last.closeAsync() : CompletableFuture.completedFuture(null);
	}

}
