package io.github.realtime.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A main class in a JVM of its own, with the class path of this one.
 */
public final class JavaProcess implements AutoCloseable {

	private final List<String> command;

	private final Path output;

	private ChildProcess process;

	private JavaProcess(List<String> command, Path output) {
		this.command = command;
		this.output = output;
		this.process = ChildProcess.start(output, command);
	}

	/**
	 * Starts one. What it writes is kept in {@code target}.
	 */
	public static JavaProcess start(Class<?> main, String... arguments) {
		return start(List.of(), main, arguments);
	}

	/**
	 * Starts one with further options of the JVM.
	 */
	public static JavaProcess start(List<String> jvmOptions, Class<?> main, String... arguments) {
		List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
				"-cp", System.getProperty("java.class.path"), "-XX:TieredStopAtLevel=1"));
		command.addAll(jvmOptions);
		command.addAll(List.of(JavaProcess.class.getName(), main.getName()));
		command.addAll(List.of(arguments));
		try {
			Path directory = Files.createDirectories(Path.of("target"));
			return new JavaProcess(command, Files.createTempFile(directory, main.getSimpleName() + "-", ".log"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public long pid() {
		return this.process.pid();
	}

	public boolean isRunning() {
		return this.process.isAlive();
	}

	/**
	 * What it has written since it was last started.
	 */
	public String output() {
		return this.process.output();
	}

	public JavaProcess awaitOutput(String text) {
		return await("wrote \"" + text + "\"", () -> output().contains(text));
	}

	public JavaProcess awaitPort(int port) {
		return await("listened on " + port, () -> {
			new Socket(InetAddress.getLoopbackAddress(), port).close();
			return true;
		});
	}

	/**
	 * Waits until the condition holds, and fails with what the process has written if it
	 * never does. An {@link IOException} or {@link IllegalStateException} means not yet.
	 * @param what what the process will have done then, for the message of the failure
	 */
	public JavaProcess await(String what, Callable<Boolean> condition) {
		this.process.waitUntil(what, condition);
		return this;
	}

	/**
	 * Ends it without giving it time for anything (SIGKILL).
	 */
	public void kill() {
		this.process.kill();
	}

	/**
	 * Takes the processor from it (SIGSTOP).
	 */
	public void pause() {
		this.process.pause();
	}

	public void resume() {
		this.process.resume();
	}

	/**
	 * Starts it again with the same arguments, killed before if it runs.
	 */
	public JavaProcess restart() {
		kill();
		this.process = ChildProcess.start(this.output, this.command);
		return this;
	}

	@Override
	public void close() {
		kill();
	}

	/**
	 * Runs the main class that the first argument names, for as long as the other end of
	 * the standard input lives.
	 */
	public static void main(String[] args) throws Exception {
		Thread parent = new Thread(JavaProcess::endWithParent, "parent");
		parent.setDaemon(true);
		parent.start();
		Method main = Class.forName(args[0]).getDeclaredMethod("main", String[].class);
		main.setAccessible(true);
		main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
	}

	private static void endWithParent() {
		try {
			while (System.in.read() >= 0) {
				// nobody says anything
			}
		}
		catch (IOException ex) {
			// it is gone
		}
		Runtime.getRuntime().halt(1);
	}

}
