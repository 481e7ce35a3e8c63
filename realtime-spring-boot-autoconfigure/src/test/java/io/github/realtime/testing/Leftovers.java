package io.github.realtime.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.util.FileSystemUtils;

/**
 * Processes and directories that must not outlive this one, even when a test is broken
 * off.
 */
final class Leftovers {

	private static final Set<Process> processes = ConcurrentHashMap.newKeySet();

	private static final Set<Path> directories = ConcurrentHashMap.newKeySet();

	private static volatile boolean ending;

	static {
		Runtime.getRuntime().addShutdownHook(new Thread(Leftovers::remove, "leftovers"));
	}

	private Leftovers() {
	}

	static void add(Process process) {
		processes.add(process);
		process.onExit().thenRun(() -> processes.remove(process));
		if (ending) {
			process.destroyForcibly();
		}
	}

	static Path newDirectory(String prefix) {
		try {
			Path directory = Files.createTempDirectory(prefix);
			directories.add(directory);
			return directory;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static void delete(Path directory) {
		try {
			FileSystemUtils.deleteRecursively(directory);
			directories.remove(directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void remove() {
		ending = true;
		processes.forEach(Process::destroyForcibly);
		processes.forEach((process) -> process.onExit().join());
		directories.forEach(Leftovers::delete);
	}

}
