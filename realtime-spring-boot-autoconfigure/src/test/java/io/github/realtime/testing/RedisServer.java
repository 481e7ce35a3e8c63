package io.github.realtime.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * A Redis of its own on the loopback interface. It loses nothing that it has
 * acknowledged, unless its options say otherwise.
 */
public final class RedisServer implements AutoCloseable {

	/**
	 * Who the fixture is to the server, whatever a test does to the other users.
	 */
	static final String USER = "fixture";

	private static final String PORT_TAKEN = "Address already in use";

	private static final int ATTEMPTS = 10;

	private static final Pattern COMMANDS = Pattern.compile("total_commands_processed:(\\d+)");

	private final Redis redis;

	private final boolean sentinel;

	private final Path directory = Leftovers.newDirectory("redis-");

	private final Path data = this.directory.resolve("data");

	private final int port = FreePorts.next();

	private @Nullable ChildProcess process;

	private final AtomicLong ownCommands = new AtomicLong();

	private int copies;

	private RedisServer(Redis redis, boolean sentinel, String... options) throws IOException {
		this.redis = redis;
		this.sentinel = sentinel;
		Files.createDirectory(this.data);
		List<String> lines = new ArrayList<>(
				List.of("bind 127.0.0.1", "port " + this.port, "dir \"" + this.data + "\"", "save \"\""));
		if (!sentinel) {
			lines.addAll(List.of("appendonly yes", "appendfsync always", "repl-diskless-sync-delay 0",
					"user " + USER + " on nopass ~* &* +@all",
					// Not with the data: a node that loses these is still the same node
					"cluster-config-file \"" + this.directory.resolve("nodes.conf") + "\""));
		}
		lines.addAll(List.of(options));
		Files.write(configuration(), lines);
	}

	/**
	 * Starts the first Redis that runs here.
	 * @param options further lines of {@code redis.conf}
	 */
	public static RedisServer start(String... options) {
		return start(Redis.any(), options);
	}

	/**
	 * Starts a certain one.
	 * @param options further lines of {@code redis.conf}
	 */
	public static RedisServer start(Redis redis, String... options) {
		return start(redis, false, options);
	}

	static RedisServer startSentinel(Redis redis, String... options) {
		return start(redis, true, options);
	}

	private static RedisServer start(Redis redis, boolean sentinel, String... options) {
		for (int attempt = 1;; attempt++) {
			RedisServer server = null;
			try {
				server = new RedisServer(redis, sentinel, options);
				server.launch();
				return server;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			catch (RuntimeException ex) {
				server.close();
				if (attempt == ATTEMPTS || !lacksPort(ex)) {
					throw ex;
				}
			}
		}
	}

	private static boolean lacksPort(RuntimeException failure) {
		return String.valueOf(failure.getMessage()).contains(PORT_TAKEN);
	}

	private Path configuration() {
		return this.directory.resolve("redis.conf");
	}

	private void launch() {
		List<String> command = new ArrayList<>(List.of(this.redis.binary(), configuration().toString()));
		if (this.sentinel) {
			command.add("--sentinel");
		}
		this.ownCommands.set(0);
		ChildProcess process = ChildProcess.start(this.directory.resolve("output.log"), command);
		this.process = process;
		// Another one may have taken the port and answer in its place
		process.waitUntil("was ready", () -> {
			String info = String.valueOf(exchange("INFO"));
			return info.contains("process_id:" + process.pid() + "\r\n") && !info.contains("loading:1");
		});
	}

	private ChildProcess process() {
		if (this.process == null) {
			throw new IllegalStateException("Not started");
		}
		return this.process;
	}

	public Redis redis() {
		return this.redis;
	}

	public String host() {
		return "127.0.0.1";
	}

	public int port() {
		return this.port;
	}

	public String address() {
		return host() + ":" + this.port;
	}

	public String uri() {
		return "redis://" + address();
	}

	public boolean isRunning() {
		return process().isAlive();
	}

	/**
	 * What it has written since it was last started.
	 */
	public String output() {
		return process().output();
	}

	/**
	 * Has a command carried out, on a connection of its own and by a user who may do
	 * everything.
	 * @return the reply as text, the items of a list on a line each; null when there is
	 * no value
	 * @throws IllegalStateException with the text of the error that Redis answers
	 */
	public @Nullable String cli(String... command) {
		return text(reply(command));
	}

	/**
	 * Has a command carried out like {@link #cli}.
	 * @return the reply: a String, a Long, a List of these, or null
	 */
	public @Nullable Object reply(String... command) {
		try {
			return exchange(command);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("%s on %s".formatted(command[0], address()), ex);
		}
	}

	/**
	 * How many commands it has carried out for others since it was last started.
	 */
	public long commandsProcessed() {
		try (RespConnection connection = connect()) {
			Matcher total = COMMANDS.matcher(String.valueOf(connection.call("INFO", "stats")));
			if (!total.find()) {
				throw new IllegalStateException("No number of commands");
			}
			long others = Long.parseLong(total.group(1)) - this.ownCommands.get();
			this.ownCommands.incrementAndGet();
			return others;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private @Nullable Object exchange(String... command) throws IOException {
		try (RespConnection connection = connect()) {
			Object reply = connection.call(command);
			this.ownCommands.incrementAndGet();
			return reply;
		}
	}

	private RespConnection connect() throws IOException {
		RespConnection connection = new RespConnection(this.port);
		if (!this.sentinel) {
			connection.call("AUTH", USER, "");
			this.ownCommands.incrementAndGet();
		}
		return connection;
	}

	private static @Nullable String text(@Nullable Object reply) {
		if (reply instanceof List<?> list) {
			return list.stream().map(RedisServer::text).map(String::valueOf).collect(Collectors.joining("\n"));
		}
		return (reply != null) ? reply.toString() : null;
	}

	/**
	 * From now on this replica gets nothing from its master any more. (One that was
	 * paused would find what it was sent when it goes on.)
	 */
	public void cutReplication() {
		cli("CONFIG", "SET", "masteruser", "nobody");
		cli("CONFIG", "SET", "masterauth", "none");
		cli("CLIENT", "KILL", "TYPE", "master");
	}

	/**
	 * Ends it without giving it time for anything (SIGKILL).
	 */
	public void kill() {
		process().kill();
	}

	/**
	 * Takes the processor from it (SIGSTOP): it still gets connections and commands, and
	 * answers none.
	 */
	public void pause() {
		process().pause();
	}

	public void resume() {
		process().resume();
	}

	/**
	 * Starts it again on the same port with the data it had, killed before if it runs.
	 */
	public void restart() {
		kill();
		for (int attempt = 1;; attempt++) {
			try {
				launch();
				return;
			}
			catch (IllegalStateException ex) {
				if (attempt == ATTEMPTS || !lacksPort(ex)) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Starts it again on the same port without the data it had, killed before if it runs.
	 */
	public void restartEmpty() {
		kill();
		Leftovers.delete(this.data);
		try {
			Files.createDirectory(this.data);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		restart();
	}

	/**
	 * Copies the data that it has now. Nobody may change it meanwhile.
	 */
	public Path copyData() {
		Path copy = this.directory.resolve("copy-" + this.copies++);
		copy(this.data, copy);
		return copy;
	}

	/**
	 * Starts it again on the same port with data that it had earlier, killed before if it
	 * runs.
	 * @param copy what {@link #copyData()} returned
	 */
	public void restartWith(Path copy) {
		kill();
		Leftovers.delete(this.data);
		copy(copy, this.data);
		restart();
	}

	private static void copy(Path from, Path to) {
		try {
			FileSystemUtils.copyRecursively(from, to);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		if (this.process != null) {
			this.process.kill();
		}
		Leftovers.delete(this.directory);
		FreePorts.release(this.port);
	}

}
