package io.github.realtime.broker.redis;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.github.realtime.broker.BrokerListener;

/**
 * The channels on which this instance has clients.
 */
final class RedisOccupancy implements InstanceLease.Holder {

	private final InstanceLease lease;

	private final InstanceLease.Scripts scripts;

	private final RedisKeys keys;

	private final Supplier<BrokerListener> listener;

	private final Set<String> occupied = ConcurrentHashMap.newKeySet();

	/** Those and the ones of which Redis does not know yet that they are not occupied. */
	private final Set<String> held = ConcurrentHashMap.newKeySet();

	/** Of these it is not known whether Redis knows. */
	private final Set<String> unsure = ConcurrentHashMap.newKeySet();

	/**
	 * Creates it.
	 * @param lease lets others see whether this instance lives
	 * @param scripts runs scripts
	 * @param keys names what is in Redis
	 * @param listener is told
	 */
	RedisOccupancy(InstanceLease lease, InstanceLease.Scripts scripts, RedisKeys keys,
			Supplier<BrokerListener> listener) {
		this.lease = lease;
		this.scripts = scripts;
		this.keys = keys;
		this.listener = listener;
		lease.add(this);
	}

	synchronized void occupy(String channel) {
		this.occupied.add(channel);
		if (this.held.add(channel)) {
			this.lease.hold(channel);
		}
		tell(channel, false);
	}

	synchronized void vacate(String channel) {
		this.occupied.remove(channel);
		tell(channel, false);
	}

	private synchronized void vacated(String channel) {
		if (!this.occupied.contains(channel) && this.held.remove(channel)) {
			this.lease.release(channel);
		}
	}

	private synchronized void tell(String channel, boolean again) {
		this.unsure.remove(channel);
		if (this.occupied.contains(channel)) {
			tell(channel, this.scripts.run(Script.OCCUPY, key(channel), InstanceLease.bytes(this.lease.name())),
					() -> this.listener.get().onOccupied(channel));
		}
		else {
			CompletableFuture<List<Object>> reply = vacate(channel, this.lease.name(), again);
			tell(channel, reply, () -> this.listener.get().onVacated(channel));
			reply.thenRun(() -> vacated(channel));
		}
	}

	private void tell(String channel, CompletableFuture<List<Object>> reply, Runnable turn) {
		reply.whenComplete((answer, failure) -> {
			if (failure != null) {
				this.unsure.add(channel);
			}
			else if (answer.get(0).equals(1L)) {
				turn.run();
			}
		});
	}

	private CompletableFuture<List<Object>> vacate(String channel, String instance, boolean again) {
		return this.scripts.run(Script.VACATE, key(channel), InstanceLease.bytes(instance, again ? "1" : "0"));
	}

	/**
	 * Tells again what may not be known.
	 */
	void tick() {
		InstanceLease.some(this.unsure).forEach((channel) -> tell(channel, true));
	}

	@Override
	public void tellAgain() {
		this.unsure.addAll(this.occupied);
	}

	@Override
	public CompletableFuture<?> clearAway(String dead, String channel) {
		return vacate(channel, dead, false).thenAccept((answer) -> {
			if (answer.get(0).equals(1L)) {
				this.listener.get().onVacated(channel);
			}
		});
	}

	private String[] key(String channel) {
		return new String[] { this.keys.occupants(channel) };
	}

}
