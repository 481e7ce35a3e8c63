package io.github.realtime.broker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.realtime.Position;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * A broker in memory of which a test replaces some parts.
 */
public class DelegatingBroker implements Broker, AutoCloseable {

	private final MemoryBroker memory;

	protected DelegatingBroker() {
		this(new HistoryPolicy(100, 1_000_000, Duration.ofMinutes(5)));
	}

	protected DelegatingBroker(HistoryPolicy policy) {
		this.memory = new MemoryBroker((channel) -> policy);
	}

	@Override
	public CompletableFuture<Position> publish(Draft draft) {
		return this.memory.publish(draft);
	}

	@Override
	public CompletableFuture<History> history(String channel, @Nullable Position since, int limit) {
		return this.memory.history(channel, since, limit);
	}

	@Override
	public CompletableFuture<StateOutcome> change(StateChange change) {
		return this.memory.change(change);
	}

	@Override
	public CompletableFuture<@Nullable StateEntry> value(String channel, String key) {
		return this.memory.value(channel, key);
	}

	@Override
	public CompletableFuture<History> snapshot(String channel, @Nullable Position since, int limit) {
		return this.memory.snapshot(channel, since, limit);
	}

	@Override
	public CompletableFuture<Boolean> hasChanged(String channel, String idempotencyKey) {
		return this.memory.hasChanged(channel, idempotencyKey);
	}

	@Override
	public CompletableFuture<Boolean> claim(String channel, String task, Duration atMost) {
		return this.memory.claim(channel, task, atMost);
	}

	@Override
	public void release(String channel, String task) {
		this.memory.release(channel, task);
	}

	@Override
	public void occupy(String channel) {
		this.memory.occupy(channel);
	}

	@Override
	public void vacate(String channel) {
		this.memory.vacate(channel);
	}

	@Override
	public CompletableFuture<?> enter(String channel, String clientId, String token, Line member) {
		return this.memory.enter(channel, clientId, token, member);
	}

	@Override
	public void leave(String channel, String clientId, String token) {
		this.memory.leave(channel, clientId, token);
	}

	@Override
	public CompletableFuture<MemberPage> members(String channel, @Nullable String after, int limit) {
		return this.memory.members(channel, after, limit);
	}

	@Override
	public CompletableFuture<IdempotencyRecord> beginAnswer(String clientId, String op) {
		return this.memory.beginAnswer(clientId, op);
	}

	@Override
	public CompletableFuture<?> keepAnswer(String clientId, String op, String answer) {
		return this.memory.keepAnswer(clientId, op, answer);
	}

	@Override
	public void abandonAnswer(String clientId, String op) {
		this.memory.abandonAnswer(clientId, op);
	}

	@Override
	public void listen(BrokerListener listener) {
		this.memory.listen(listener);
	}

	@Override
	public CompletableFuture<Void> subscribe(String channel) {
		return this.memory.subscribe(channel);
	}

	@Override
	public void unsubscribe(String channel) {
		this.memory.unsubscribe(channel);
	}

	@Override
	public CompletableFuture<?> tell(InstanceMessage message) {
		return this.memory.tell(message);
	}

	@Override
	public void close() {
		this.memory.close();
	}

}
