package io.github.realtime.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * The cores of the servers and of the generator, which nobody else should use.
 */
final class Cores {

	private static final long NANOS_PER_TICK = 10_000_000;

	private final Set<String> names = new TreeSet<>();

	/**
	 * Creates it.
	 * @param numbers of the cores
	 */
	Cores(String... numbers) {
		Arrays.stream(numbers).map("cpu"::concat).forEach(this.names::add);
	}

	/**
	 * Returns how long they were busy since some moment, whoever had them, a hypervisor
	 * included.
	 * @return the time in nanoseconds, of all together
	 */
	long busyNanos() {
		try {
			// The fourth and the fifth number: idle, and idle but for waiting for a disk
			long idle = Files.readAllLines(Path.of("/proc/stat"))
				.stream()
				.map((line) -> line.split(" +"))
				.filter((words) -> this.names.contains(words[0]))
				.mapToLong((words) -> Long.parseLong(words[4]) + Long.parseLong(words[5]))
				.sum();
			return this.names.size() * System.nanoTime() - idle * NANOS_PER_TICK;
		}
		catch (IOException ex) {
			throw new InvalidRunException(ex.toString());
		}
	}

}
