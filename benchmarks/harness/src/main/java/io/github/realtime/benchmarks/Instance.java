package io.github.realtime.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process under test, on a core of its own.
 */
final class Instance implements AutoCloseable {

	private static final Duration START = Duration.ofSeconds(60);

	/** USER_HZ, which is 100 on every Linux. */
	private static final long NANOS_PER_TICK = 10_000_000;

	private final Process process;

	private final Path log;

	private final int port;

	private final int controlPort;

	private Instance(Process process, Path log, int port, int controlPort) {
		this.process = process;
		this.log = log;
		this.port = port;
		this.controlPort = controlPort;
	}

	/**
	 * Starts a server and waits until it listens.
	 * @param command how to start it
	 * @param environment what it is told besides its ports
	 * @param directory where to start it
	 * @param core where to run it
	 * @param log where what it prints is added
	 * @return the instance
	 * @throws InterruptedException if interrupted
	 */
	static Instance start(List<String> command, Map<String, String> environment, Path directory, String core, Path log)
			throws InterruptedException {
		int port = freePort();
		int controlPort = freePort();
		Instance instance = new Instance(launch(command, environment, directory, core, log, port, controlPort), log,
				port, controlPort);
		instance.awaitPort(port);
		instance.awaitPort(controlPort);
		return instance;
	}

	/**
	 * Starts a Redis that keeps nothing on disk, and waits until it listens.
	 * @param core where to run it
	 * @param log where what it prints is added
	 * @return the instance
	 * @throws InterruptedException if interrupted
	 */
	static Instance startRedis(String core, Path log) throws InterruptedException {
		int port = freePort();
		List<String> command = List.of("redis-server", "--port", String.valueOf(port), "--bind", "127.0.0.1", "--save",
				"", "--appendonly", "no");
		Instance instance = new Instance(launch(command, Map.of(), Path.of("."), core, log, port, port), log, port,
				port);
		instance.awaitPort(port);
		return instance;
	}

	private static Process launch(List<String> command, Map<String, String> environment, Path directory, String core,
			Path log, int port, int controlPort) {
		List<String> pinned = new ArrayList<>(List.of("taskset", "-c", core));
		pinned.addAll(command);
		ProcessBuilder builder = new ProcessBuilder(pinned).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
		builder.environment().putAll(environment);
		builder.environment().put("PORT", String.valueOf(port));
		builder.environment().put("CONTROL_PORT", String.valueOf(controlPort));
		try {
			return builder.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void awaitPort(int port) throws InterruptedException {
		long deadline = System.nanoTime() + START.toNanos();
		while (true) {
			try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
				return;
			}
			catch (IOException ex) {
				if (!this.process.isAlive() || System.nanoTime() > deadline) {
					close();
					throw new InvalidRunException("It did not start: see " + this.log);
				}
				Thread.sleep(20);
			}
		}
	}

	int port() {
		return this.port;
	}

	/**
	 * Tells the server to do something, and waits until it is done.
	 * @param command what to do
	 * @return what it answers
	 */
	String control(String command) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.controlPort)) {
			socket.getOutputStream().write((command + '\n').getBytes(StandardCharsets.US_ASCII));
			String answer = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
				.readLine();
			if (answer == null || !answer.startsWith("done")) {
				throw new InvalidRunException("\"" + command + "\" was answered with " + answer);
			}
			return answer;
		}
		catch (IOException ex) {
			throw new InvalidRunException("\"" + command + "\" was not answered: " + ex);
		}
	}

	/**
	 * Collects garbage.
	 * @return how many bytes of the heap are in use
	 */
	long collectGarbage() {
		control("gc");
		return Long.parseLong(control("gc").substring("done ".length()));
	}

	/**
	 * Returns how long it has used a processor, in user mode and in the kernel.
	 * @return the time in nanoseconds, in steps of 10 ms
	 */
	long cpuNanos() {
		String stat = read("stat");
		// The name, in parentheses, may hold anything
		String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
		return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * NANOS_PER_TICK;
	}

	/**
	 * Returns how much memory it holds.
	 * @param kind {@code Rss} or {@code Pss}
	 * @return the bytes
	 */
	long memory(String kind) {
		return read("smaps_rollup").lines()
			.filter((line) -> line.startsWith(kind + ":"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
			.findFirst()
			.orElseThrow();
	}

	private String read(String file) {
		try {
			return Files.readString(Path.of("/proc", String.valueOf(this.process.pid()), file));
		}
		catch (IOException ex) {
			throw new InvalidRunException("It has died: see " + this.log);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		try {
			this.process.waitFor(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
