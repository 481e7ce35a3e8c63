package io.github.realtime.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What can be measured.
 *
 * @param name its name on the command line
 * @param title its name in tables
 * @param wire how to speak to it
 * @param command how to start it, in the directory of the benchmarks
 * @param environment what it is told besides its ports
 * @param features what it has beside sending to subscribers
 */
record Server(String name, String title, Wire wire, List<String> command, Map<String, String> environment,
		Set<Feature> features) {

	/** Which scenarios a server can take part in. */
	enum Feature {

		/** Has a state that belongs to a channel. */
		STATE,

		/** A client that comes back gets what it missed. */
		RECOVERY,

		/** Needs Redis, and may have several instances. */
		REDIS,

		/**
		 * Does not keep messages in order. What matters then is that each comes once; how
		 * many came late is told.
		 */
		UNORDERED

	}

	/**
	 * Returns all servers there are.
	 * @param java how to start a JVM: the program and its options
	 * @return the servers
	 */
	static List<Server> all(List<String> java) {
		Map<String, String> memory = Map.of("REALTIME_BROKER", "memory");
		Map<String, String> redis = Map.of("REALTIME_BROKER", "redis");
		return List.of(
				new Server("ours", "ours, Tomcat", Wire.REALTIME,
						jvm(java, "ours", "io.github.realtime.benchmarks.ours.OursApplication"), memory,
						Set.of(Feature.STATE, Feature.RECOVERY)),
				new Server("ours-redis", "ours, Tomcat, Redis", Wire.REALTIME,
						jvm(java, "ours", "io.github.realtime.benchmarks.ours.OursApplication"), redis,
						Set.of(Feature.STATE, Feature.RECOVERY, Feature.REDIS)),
				new Server("ours-jetty", "ours, Jetty", Wire.REALTIME,
						jvm(java, "ours-jetty", "io.github.realtime.benchmarks.ours.OursApplication"), memory,
						Set.of(Feature.STATE, Feature.RECOVERY)),
				new Server("ours-jetty-redis", "ours, Jetty, Redis", Wire.REALTIME,
						jvm(java, "ours-jetty", "io.github.realtime.benchmarks.ours.OursApplication"), redis,
						Set.of(Feature.STATE, Feature.RECOVERY, Feature.REDIS)),
				new Server("ours-accept", "ours, Tomcat, accept-count 4096", Wire.REALTIME,
						jvm(java, "ours", "io.github.realtime.benchmarks.ours.OursApplication"),
						Map.of("REALTIME_BROKER", "memory", "SERVER_TOMCAT_ACCEPTCOUNT", "4096"),
						Set.of(Feature.STATE, Feature.RECOVERY)),
				new Server("stomp", "Spring STOMP, simple broker", Wire.STOMP,
						jvm(java, "spring", "io.github.realtime.benchmarks.spring.StompApplication"), Map.of(),
						Set.of(Feature.UNORDERED)),
				new Server("stomp-ordered", "Spring STOMP, in order", Wire.STOMP,
						jvm(java, "spring", "io.github.realtime.benchmarks.spring.StompApplication"),
						Map.of("PRESERVE_ORDER", "true"), Set.of()),
				new Server("by-hand", "Spring WebSocket by hand", Wire.PLAIN,
						jvm(java, "spring", "io.github.realtime.benchmarks.spring.ByHandApplication"), Map.of(),
						Set.of()),
				new Server("socket.io", "Socket.IO", Wire.SOCKET_IO, node("socketio.js"), Map.of(), Set.of()),
				new Server("socket.io-redis", "Socket.IO, Redis adapter", Wire.SOCKET_IO, node("socketio.js"), Map.of(),
						Set.of(Feature.REDIS)),
				new Server("socket.io-recovery", "Socket.IO, connection state recovery, backlog 4096",
						Wire.SOCKET_IO_RECOVERY, node("socketio.js"), Map.of("RECOVERY", "true"),
						Set.of(Feature.RECOVERY)),
				new Server("netty-socketio", "netty-socketio", Wire.SOCKET_IO,
						jvm(java, "netty", "io.github.realtime.benchmarks.netty.NettySocketIoServer"), Map.of(),
						Set.of()),
				new Server("ws", "ws", Wire.PLAIN, node("ws.js"), Map.of(), Set.of()),
				new Server("limit-netty", "limit, Netty", Wire.LIMIT,
						jvm(java, "netty", "io.github.realtime.benchmarks.netty.LimitServer"), Map.of(), Set.of()),
				new Server("limit-jdk", "limit, the JDK's sockets", Wire.LIMIT,
						jvm(java, "netty", "io.github.realtime.benchmarks.netty.LimitServer"), Map.of("SOCKETS", "jdk"),
						Set.of()),
				new Server("limit-c", "limit, C", Wire.LIMIT, List.of("target/limit"), Map.of(), Set.of()));
	}

	private static List<String> jvm(List<String> java, String module, String main) {
		return concat(java, "-cp", module + "/target/classes:" + module + "/target/lib/*", main);
	}

	private static List<String> node(String script) {
		return List.of("node", "--expose-gc", "node/" + script);
	}

	private static List<String> concat(List<String> first, String... second) {
		List<String> all = new ArrayList<>(first);
		all.addAll(List.of(second));
		return List.copyOf(all);
	}

	/**
	 * Tells what stands in the way of starting it.
	 * @param directory of the benchmarks
	 * @return what is missing, or {@code null}
	 */
	@Nullable String missing(Path directory) {
		String program = this.command.get(0);
		if (program.equals("node")) {
			return !isOnPath("node") ? "node is not there"
					: !Files.exists(directory.resolve("node/node_modules/ws")) ? "npm ci has not run" : missingRedis();
		}
		if (program.startsWith("target/")) {
			return Files.exists(directory.resolve(program)) ? null : "no C compiler has made " + program;
		}
		String classes = this.command.get(this.command.indexOf("-cp") + 1).split(":")[0];
		return Files.exists(directory.resolve(classes)) ? missingRedis() : "Maven has not made " + classes;
	}

	private @Nullable String missingRedis() {
		return (has(Feature.REDIS) && !isOnPath("redis-server")) ? "redis-server is not there" : null;
	}

	private static boolean isOnPath(String program) {
		return Arrays.stream(System.getenv("PATH").split(":"))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, program)));
	}

	boolean has(Feature feature) {
		return this.features.contains(feature);
	}

}
