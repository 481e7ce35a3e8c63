package io.github.realtime.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

import static org.awaitility.Awaitility.await;

/**
 * A running process, which writes to a file.
 */
final class ChildProcess {

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	private final Process process;

	private final Path output;

	private final long outputStart;

	private ChildProcess(Process process, Path output, long outputStart) {
		this.process = process;
		this.output = output;
		this.outputStart = outputStart;
	}

	/**
	 * Starts it.
	 * @param output the file to which its output is appended
	 */
	static ChildProcess start(Path output, List<String> command) {
		try {
			long outputStart = Files.exists(output) ? Files.size(output) : 0;
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
				.start();
			Leftovers.add(process);
			return new ChildProcess(process, output, outputStart);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	long pid() {
		return this.process.pid();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	String output() {
		try {
			byte[] all = Files.readAllBytes(this.output);
			return new String(Arrays.copyOfRange(all, (int) this.outputStart, all.length), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Waits until the condition holds; fails with the output when the process ends before
	 * that, or when it takes too long. An {@link IOException} or
	 * {@link IllegalStateException} means not yet.
	 */
	void waitUntil(String what, Callable<Boolean> condition) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		boolean[] met = new boolean[1];
		await().pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(10))
			.atMost(PATIENCE.plusSeconds(30))
			.until(() -> {
				boolean alive = isAlive();
				met[0] = alive && holds(condition);
				return met[0] || !alive || System.nanoTime() - deadline > 0;
			});
		if (!met[0]) {
			throw new IllegalStateException(
					"%s before it %s:%n%s".formatted(isAlive() ? "Took too long" : "Ended", what, output()));
		}
	}

	private static boolean holds(Callable<Boolean> condition) throws Exception {
		try {
			return condition.call();
		}
		catch (IOException | UncheckedIOException | IllegalStateException ex) {
			return false;
		}
	}

	/**
	 * Ends it without giving it time for anything.
	 */
	void kill() {
		this.process.destroyForcibly().onExit().join();
	}

	/**
	 * Takes the processor from it: its connections stay, and nobody answers.
	 */
	void pause() {
		signal("STOP");
		Path status = Path.of("/proc/" + pid() + "/stat");
		if (Files.exists(status)) {
			// Its state is the letter after the name
			await().pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(5))
				.until(() -> Files.readString(status).matches("(?s).*\\) [Tt] .*"));
		}
	}

	void resume() {
		signal("CONT");
	}

	private void signal(String name) {
		try {
			int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
			if (status != 0) {
				throw new IllegalStateException("kill -" + name + " " + pid() + " failed: is it running?");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
