package io.github.realtime.session;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.github.realtime.Broker;
import io.github.realtime.Draft;
import io.github.realtime.History;
import io.github.realtime.HistoryPolicy;
import io.github.realtime.Position;
import io.github.realtime.PublicationListener;
import io.github.realtime.broker.memory.MemoryBroker;
import org.jspecify.annotations.Nullable;

/**
 * A broker in memory that answers like one behind a network: later, each question after a
 * time of its own.
 */
final class TestBroker implements Broker, AutoCloseable {

	private final MemoryBroker memory;

	private final Random random;

	private final ScheduledExecutorService network = Executors.newScheduledThreadPool(2);

	TestBroker(HistoryPolicy policy, long seed) {
		this.memory = new MemoryBroker((channel) -> policy);
		this.random = new Random(seed);
	}

	@Override
	public CompletableFuture<Position> publish(Draft draft) {
		return this.memory.publish(draft);
	}

	@Override
	public CompletableFuture<History> history(String channel, @Nullable Position since, int limit) {
		return later().thenCompose((sent) -> this.memory.history(channel, since, limit))
			.thenCompose((history) -> later().thenApply((received) -> history));
	}

	@Override
	public void listen(PublicationListener listener) {
		this.memory.listen(listener);
	}

	@Override
	public CompletableFuture<Void> subscribe(String channel) {
		CompletableFuture<Void> subscribed = this.memory.subscribe(channel);
		return later().thenCompose((received) -> subscribed);
	}

	@Override
	public void unsubscribe(String channel) {
		this.memory.unsubscribe(channel);
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
		this.memory.close();
	}

}
