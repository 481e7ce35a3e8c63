package io.github.realtime.session;

import java.time.Duration;

/**
 * What one instance grants its clients.
 *
 * @param heartbeat after how much silence, at the latest, a client is pinged; after twice
 * as much it is gone
 * @param frameSize the largest inbound frame, in bytes
 * @param channelsPerClient how many channels a client may be subscribed to
 * @param clients how many clients an instance takes; 0 for no limit
 * @param clientsPerUser how many of them may be one user's; 0 for no limit
 * @param commandsPerSecond how many commands a client may send in the long run
 * @param outboundQueue how many bytes may wait for a client
 * @param writeTimeout how long one write may be stuck
 * @param presenceGrace for how long a client that lost its connection is still seen
 */
public record SessionLimits(Duration heartbeat, int frameSize, int channelsPerClient, int clients, int clientsPerUser,
		int commandsPerSecond, int outboundQueue, Duration writeTimeout, Duration presenceGrace) {

	/**
	 * Returns how many commands a client may send at once.
	 * @return the capacity of its bucket
	 */
	int commandBurst() {
		return (int) Math.min(Integer.MAX_VALUE, 2L * this.channelsPerClient);
	}

}
