package io.github.realtime.broker.redis;

/**
 * The names of everything in Redis. All keys of a channel, and its pub/sub channel, share
 * a slot of a cluster.
 *
 * @param namespace what they begin with; without braces
 * @param database the number of the database that has the keys
 */
record RedisKeys(String namespace, int database) {

	String numbering(String channel) {
		return prefix(channel) + "numbering";
	}

	String history(String channel) {
		return prefix(channel) + "history";
	}

	String state(String channel) {
		return prefix(channel) + "state";
	}

	String idempotencyKey(String channel, String idempotencyKey) {
		return prefix(channel) + "sent:" + idempotencyKey;
	}

	/**
	 * Names the key that says which instance does a task.
	 * @param channel the channel of the task
	 * @param task the task
	 * @return the key
	 */
	String claim(String channel, String task) {
		return prefix(channel) + "claim:" + task;
	}

	/**
	 * Names the key of what a client was answered. It looks like a channel's, so that a
	 * cluster distributes clients over its nodes.
	 * @param clientId the client's id
	 * @param op the client's name for what it asked
	 * @return the key
	 */
	String idempotencyRecord(String clientId, String op) {
		return prefix(clientId) + "answer:" + op;
	}

	/**
	 * Names the key of the instances that have clients on a channel.
	 * @param channel the channel
	 * @return the key
	 */
	String occupants(String channel) {
		return prefix(channel) + "occupants";
	}

	String memberIds(String channel) {
		return prefix(channel) + "member-ids";
	}

	String members(String channel) {
		return prefix(channel) + "members";
	}

	String membersNumbering(String channel) {
		return prefix(channel) + "members-numbering";
	}

	/**
	 * Names the key of the leases of all instances.
	 * @return the key
	 */
	String leases() {
		return this.namespace + ":{occupancy}:leases";
	}

	/**
	 * Names the key of the channels on which an instance holds something.
	 * @param instance the instance
	 * @return the key
	 */
	String heldChannels(String instance) {
		return this.namespace + ":{occupancy}:of:" + instance;
	}

	/**
	 * Names the pub/sub channel that carries a channel.
	 * @param channel the channel
	 * @return its name
	 */
	String relay(String channel) {
		return prefix(channel) + "relay" + ofDatabase();
	}

	/**
	 * Finds the channel that a pub/sub channel carries.
	 * @param relay what {@link #relay(String)} returned
	 * @return the channel
	 */
	String channel(String relay) {
		return relay.substring(this.namespace.length() + 2, relay.lastIndexOf('}'));
	}

	/**
	 * Names the pub/sub channel for messages between instances.
	 * @return its name
	 */
	String instances() {
		return this.namespace + ":instances" + ofDatabase();
	}

	/**
	 * Names a pub/sub channel on which an instance sends messages to itself.
	 * @param instance the instance
	 * @param slot a number that decides in which slot of a cluster the name is
	 * @return its name
	 */
	String probe(String instance, int slot) {
		return this.namespace + ":{" + slot + "}:probe:" + instance;
	}

	/**
	 * Names the key of what the instances of a cluster agreed about pub/sub.
	 * @return the key
	 */
	String pubSubMode() {
		return this.namespace + ":transport";
	}

	/**
	 * Separates the pub/sub channels of databases, which all databases share.
	 */
	private String ofDatabase() {
		return (this.database != 0) ? ":" + this.database : "";
	}

	private String prefix(String channel) {
		return this.namespace + ":{" + channel + "}:";
	}

}
