package io.github.realtime.protocol;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Commands read, frames written.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CodecBenchmark {

	private final String subscribe = "{\"type\":\"subscribe\",\"id\":3,\"channel\":\"post_42\","
			+ "\"since\":{\"epoch\":\"k3\",\"offset\":17}}";

	private final String publish = "{\"type\":\"publish\",\"id\":6,\"channel\":\"chat_1\",\"data\":{\"text\":\""
			+ "x".repeat(72) + "\"},\"op\":\"a1\"}";

	private final String json = "{\"text\":\"" + "x".repeat(72) + "\"}";

	private final Frame welcome = new Frame.Welcome("abcdefghijklmnop", "abcdefghijklmnopqrstuvwxyz", 25000, 65536);

	@Benchmark
	public Command readSubscribe() throws ProtocolException {
		return CommandReader.read(this.subscribe);
	}

	@Benchmark
	public Command readPublish() throws ProtocolException {
		return CommandReader.read(this.publish);
	}

	@Benchmark
	public Line writeWelcome() {
		return this.welcome.line();
	}

	@Benchmark
	public Line line() {
		return Line.of(this.json);
	}

}
