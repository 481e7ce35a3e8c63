package io.github.realtime.session;

import java.security.Principal;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Lines that have come together, joined into frames: from the queue to the socket, but
 * without one.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class JoinBenchmark {

	/** How many lines wait. */
	@Param({ "1", "10", "60" })
	private int lines;

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	private final Line line = Line.of("{\"type\":\"message\",\"channel\":\"c0\",\"offset\":12345,\"data\":{\"text\":\""
			+ "x".repeat(72) + "\"}}");

	private final Silent connection = new Silent();

	private final OutboundQueue queue = new OutboundQueue(this.connection, 1024 * 1024, this.tasks::add,
			System::nanoTime, () -> {
			});

	@Benchmark
	public long join() {
		for (int i = 0; i < this.lines; i++) {
			this.queue.offer(this.line);
		}
		for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
			task.run();
		}
		return this.connection.chars;
	}

	/**
	 * Takes everything, and counts it.
	 */
	private static final class Silent implements ClientConnection {

		private long chars;

		@Override
		public void write(String text, boolean last) {
			this.chars += text.length();
		}

		@Override
		public void close(CloseCode code, String reason) {
		}

		@Override
		public void abort() {
		}

		@Override
		public @Nullable Principal principal() {
			return null;
		}

		@Override
		public Map<String, Object> attributes() {
			return Map.of();
		}

	}

}
