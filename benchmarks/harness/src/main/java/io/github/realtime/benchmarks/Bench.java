package io.github.realtime.benchmarks;

import java.nio.file.Path;

/**
 * Where things are, and how thorough to be.
 *
 * @param directory of the benchmarks
 * @param results where results and logs go
 * @param serverCore the core of servers
 * @param generatorCore the core of the generator, and of Redis
 * @param scale what numbers of clients, messages and seconds are divided by: 1 but for a
 * quick look
 */
record Bench(Path directory, Path results, String serverCore, String generatorCore, int scale) {

	/**
	 * Returns a number of clients.
	 * @param full the number in a full run
	 * @return the number in this one
	 */
	int clients(int full) {
		return Math.max(5, full / this.scale);
	}

	/**
	 * Returns a number of messages, or of seconds.
	 * @param full the number in a full run
	 * @return the number in this one
	 */
	int amount(int full) {
		return Math.max(1, full / Math.min(this.scale, 5));
	}

}
