package io.github.realtime.broker.redis;

import org.jspecify.annotations.Nullable;

/**
 * The names under which everything is found in Redis. All keys of a channel, and its
 * pub/sub channel, share a slot of a cluster.
 *
 * @param namespace what they begin with; without braces
 * @param database the number of the database that the keys are in
 */
record RedisKeys(String namespace, int database) {

	/**
	 * Names what a script on a channel works with.
	 * @param channel the channel
	 * @param idempotencyKey an idempotency key, if it is about one
	 * @return the keys
	 */
	String[] of(String channel, @Nullable String idempotencyKey) {
		String prefix = prefix(channel);
		return (idempotencyKey != null)
				? new String[] { prefix + "numbering", prefix + "history", prefix + "state",
						prefix + "sent:" + idempotencyKey }
				: new String[] { prefix + "numbering", prefix + "history", prefix + "state" };
	}

	/**
	 * Names where it is written who does something.
	 * @param channel the channel that it is about
	 * @param task what it is
	 * @return the key
	 */
	String claim(String channel, String task) {
		return prefix(channel) + "claim:" + task;
	}

	/**
	 * Names where it is kept what a client was answered. Named like what belongs to a
	 * channel, so that a cluster spreads it.
	 * @param clientId the client's id
	 * @param op names what it asked for
	 * @return the key
	 */
	String answer(String clientId, String op) {
		return prefix(clientId) + "answer:" + op;
	}

	/**
	 * Names where the instances stand that have clients on a channel.
	 * @param channel the channel
	 * @return the key
	 */
	String occupants(String channel) {
		return prefix(channel) + "occupants";
	}

	/**
	 * Names what a script works with that is about who is on a channel.
	 * @param channel the channel
	 * @return the keys
	 */
	String[] presence(String channel) {
		String prefix = prefix(channel);
		return new String[] { prefix + "member-ids", prefix + "members", prefix + "members-numbering" };
	}

	/**
	 * Names the leases of all instances, and what one of them occupies.
	 * @param instance the instance
	 * @return the keys
	 */
	String[] occupied(String instance) {
		String prefix = this.namespace + ":{occupancy}:";
		return new String[] { prefix + "leases", prefix + "of:" + instance };
	}

	/**
	 * Names the pub/sub channel that relays a channel.
	 * @param channel the channel
	 * @return its name
	 */
	String relay(String channel) {
		return prefix(channel) + "relay" + ofDatabase();
	}

	/**
	 * Finds the channel that a pub/sub channel relays.
	 * @param relay what {@link #relay(String)} returned
	 * @return the channel
	 */
	String channel(String relay) {
		return relay.substring(this.namespace.length() + 2, relay.lastIndexOf('}'));
	}

	/**
	 * Names the pub/sub channel on which instances speak to each other.
	 * @return its name
	 */
	String instances() {
		return this.namespace + ":instances" + ofDatabase();
	}

	/**
	 * Names a pub/sub channel on which an instance hears itself.
	 * @param instance the instance
	 * @param slot a number that decides in which slot of a cluster the name is
	 * @return its name
	 */
	String probe(String instance, int slot) {
		return this.namespace + ":{" + slot + "}:probe:" + instance;
	}

	/**
	 * Names where it is written how a cluster relays.
	 * @return the key
	 */
	String transport() {
		return this.namespace + ":transport";
	}

	/**
	 * Tells apart what databases have in common: pub/sub channels are in none of them.
	 */
	private String ofDatabase() {
		return (this.database != 0) ? ":" + this.database : "";
	}

	private String prefix(String channel) {
		return this.namespace + ":{" + channel + "}:";
	}

}
