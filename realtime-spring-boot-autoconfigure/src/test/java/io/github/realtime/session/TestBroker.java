package io.github.realtime.session;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.github.realtime.Position;
import io.github.realtime.broker.DelegatingBroker;
import io.github.realtime.broker.History;
import io.github.realtime.broker.HistoryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * A broker in memory that answers like one behind a network: later, each question after a
 * time of its own.
 */
final class TestBroker extends DelegatingBroker {

	private final Random random;

	private final ScheduledExecutorService network = Executors.newScheduledThreadPool(2);

	TestBroker(HistoryPolicy policy, long seed) {
		super(policy);
		this.random = new Random(seed);
	}

	@Override
	public CompletableFuture<History> history(String channel, @Nullable Position since, int limit) {
		return later().thenCompose((sent) -> super.history(channel, since, limit))
			.thenCompose((history) -> later().thenApply((received) -> history));
	}

	@Override
	public CompletableFuture<Void> subscribe(String channel) {
		CompletableFuture<Void> subscribed = super.subscribe(channel);
		return later().thenCompose((received) -> subscribed);
	}

	private CompletableFuture<Void> later() {
		CompletableFuture<Void> moment = new CompletableFuture<>();
		int micros;
		synchronized (this.random) {
			micros = this.random.nextInt(2000);
		}
		this.network.schedule(() -> moment.complete(null), micros, TimeUnit.MICROSECONDS);
		return moment;
	}

	@Override
	public void close() {
		this.network.shutdownNow();
		super.close();
	}

}
