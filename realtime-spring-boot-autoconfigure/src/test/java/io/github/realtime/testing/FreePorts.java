package io.github.realtime.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback interface on which nobody listens, and which stay free while
 * their server is down.
 * <p>
 * They are below those that the system gives to outgoing connections: none of these takes
 * the port of a server that is to come back, and nobody who tries to reach such a server
 * gets connected to itself.
 */
public final class FreePorts {

	private static final int COUNT = 5_000;

	/** Tests that run beside these in another process have their own. */
	private static final int FIRST = 10_000 + COUNT * (Integer.getInteger("test.fork", 1) % 2);

	/**
	 * A cluster's node talks to the others on its port plus this.
	 */
	private static final int CLUSTER_BUS = 10_000;

	private static final Set<Integer> taken = new HashSet<>();

	private FreePorts() {
	}

	public static synchronized int next() {
		for (int i = 0; i < COUNT; i++) {
			int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
			if (!taken.contains(port) && isFree(port) && isFree(port + CLUSTER_BUS)) {
				taken.add(port);
				return port;
			}
		}
		throw new IllegalStateException("No free port");
	}

	static synchronized void release(int port) {
		taken.remove(port);
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
