package io.github.realtime.websocket;

/**
 * What the instances of an application have in common.
 */
enum BrokerKind {

	/** Nothing: there is one instance. */
	MEMORY,

	/** A Redis. */
	REDIS

}
