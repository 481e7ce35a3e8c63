package io.github.realtime.session;

import java.security.Principal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.github.realtime.broker.Draft;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Frame;
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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One message to all subscribers of a channel, from the broker in memory to sockets that
 * are none: until the last one has it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DispatchBenchmark {

	private static final Duration LONG = Duration.ofMinutes(5);

	@Param({ "1", "100", "1000" })
	private int clients;

	private final AtomicLong written = new AtomicLong();

	private final MemoryBroker broker = new MemoryBroker((channel) -> new HistoryPolicy(100, 1024 * 1024, LONG));

	private final Hub hub = new Hub(this.broker,
			new SessionLimits(LONG, 64 * 1024, 100, 0, 0, 100, 1024 * 1024, LONG, LONG), (event) -> {
			});

	private final Draft draft = new Draft("c0", "{\"type\":\"message\",\"channel\":\"c0\",\"offset\":",
			Line.of(",\"data\":{\"text\":\"" + "x".repeat(72) + "\"}}"), null, null);

	@Setup
	public void subscribe() {
		this.hub.start();
		for (int i = 0; i < this.clients; i++) {
			Client client = this.hub.open(new Counting(this.written));
			this.hub.subscriptions()
				.subscribe(client, new SubscribeRequest("c0", null, false, null, false),
						(history, members) -> new Frame.Resumed(1, "subscribed"))
				.join();
		}
	}

	@TearDown
	public void stop() {
		this.hub.stop();
		this.broker.close();
	}

	@Benchmark
	public void dispatch() {
		this.written.set(0);
		this.broker.publish(this.draft);
		while (this.written.get() < this.clients) {
			Thread.onSpinWait();
		}
	}

	/**
	 * Counts messages.
	 *
	 * @param written where
	 */
	private record Counting(AtomicLong written) implements ClientConnection {

		@Override
		public void write(String text, boolean last) {
			// The first may be in one frame with the reply to the subscription
			if (text.contains("{\"type\":\"message\"")) {
				this.written.incrementAndGet();
			}
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
			return new HashMap<>();
		}

	}

}
