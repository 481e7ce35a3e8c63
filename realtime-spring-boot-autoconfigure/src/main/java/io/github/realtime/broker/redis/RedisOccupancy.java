package io.github.realtime.broker.redis;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.github.realtime.broker.BrokerListener;

/**
 * The channels on which this instance has clients.
 */
final class RedisOccupancy implements InstanceLease.Holder {

	private final InstanceLease lease;

	private final ScriptRunner scripts;

	private final RedisKeys keys;

	private final BrokerListener listener;

	private final Set<String> occupied = ConcurrentHashMap.newKeySet();

	/** Those, and the ones that Redis may still have as occupied. */
	private final Set<String> held = ConcurrentHashMap.newKeySet();

	/** The channels that may be wrong in Redis. */
	private final Set<String> unsure = ConcurrentHashMap.newKeySet();

	/**
	 * Creates it.
	 * @param lease proves to others that this instance is alive
	 * @param scripts runs scripts
	 * @param keys names what is in Redis
	 * @param listener is called for the first occupant of a channel, and after the last
	 */
	RedisOccupancy(InstanceLease lease, ScriptRunner scripts, RedisKeys keys, BrokerListener listener) {
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
		write(channel, false);
	}

	synchronized void vacate(String channel) {
		this.occupied.remove(channel);
		write(channel, false);
	}

	private synchronized void vacated(String channel) {
		if (!this.occupied.contains(channel) && this.held.remove(channel)) {
			this.lease.release(channel);
		}
	}

	private synchronized void write(String channel, boolean again) {
		this.unsure.remove(channel);
		if (this.occupied.contains(channel)) {
			onReply(channel, this.scripts.run(call(Script.OCCUPY, channel, this.lease.name())),
					() -> this.listener.onOccupied(channel));
		}
		else {
			CompletableFuture<List<Object>> reply = vacate(channel, this.lease.name(), again);
			onReply(channel, reply, () -> this.listener.onVacated(channel));
			reply.thenRun(() -> vacated(channel));
		}
	}

	/**
	 * Handles a reply.
	 * @param channel the channel
	 * @param reply what the script replied
	 * @param onTurn called if this was the first instance to come, or the last to go
	 */
	private void onReply(String channel, CompletableFuture<List<Object>> reply, Runnable onTurn) {
		reply.whenComplete((answer, failure) -> {
			if (failure != null) {
				this.unsure.add(channel);
			}
			else if (answer.get(0).equals(1L)) {
				onTurn.run();
			}
		});
	}

	private CompletableFuture<List<Object>> vacate(String channel, String instance, boolean again) {
		return this.scripts.run(call(Script.VACATE, channel, instance).with(ScriptArgument.REPEATED, again));
	}

	/**
	 * Writes again what may be wrong in Redis.
	 */
	void tick() {
		InstanceLease.some(this.unsure).forEach((channel) -> write(channel, true));
	}

	@Override
	public void writeAgain() {
		this.unsure.addAll(this.occupied);
	}

	@Override
	public CompletableFuture<?> cleanUp(String dead, String channel) {
		return vacate(channel, dead, false).thenAccept((answer) -> {
			if (answer.get(0).equals(1L)) {
				this.listener.onVacated(channel);
			}
		});
	}

	private ScriptCall call(Script script, String channel, String instance) {
		return new ScriptCall(script).with(ScriptKey.OCCUPANTS, this.keys.occupants(channel))
			.with(ScriptArgument.INSTANCE, instance);
	}

}
