package io.github.realtime.broker.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.github.realtime.broker.Draft;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.protocol.Line;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A message published through a Redis that is started for it: by the broker, by a bare
 * {@code EVALSHA} of its script, and by a bare {@code PUBLISH}; one after the other, and
 * many on their way at once. Nobody listens.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PublishBenchmark {

	private static final int MANY = 500;

	private static final HistoryPolicy HISTORY = new HistoryPolicy(100, 1024 * 1024, Duration.ofMinutes(5));

	private final int port = freePort();

	private final Process redis = startRedis(this.port);

	private final LettuceConnectionFactory connectionFactory = connectionFactory(this.port);

	private final RedisBroker broker = new RedisBroker(this.connectionFactory, "bench", Duration.ofSeconds(10),
			(channel) -> HISTORY);

	private final RedisClient client = RedisClient.create("redis://127.0.0.1:" + this.port);

	private final RedisAsyncCommands<byte[], byte[]> commands = this.client.connect(ByteArrayCodec.INSTANCE).async();

	private final String head = "{\"type\":\"message\",\"channel\":\"c0\",\"offset\":";

	private final String tail = ",\"data\":{\"text\":\"" + "x".repeat(72) + "\"}}";

	private final Draft draft = new Draft("c0", this.head, Line.of(this.tail), null, null);

	private final byte[][] keys = { bytes("bench:{bare}:numbering"), bytes("bench:{bare}:history"),
			bytes("bench:{bare}:state") };

	private final byte[] relay = bytes("bench:{bare}:relay");

	private final byte[] line = bytes(this.head + "12345" + this.tail);

	private final byte[][] arguments = { bytes("bench"), bytes(""), bytes("0"), bytes(""),
			bytes(String.valueOf(HISTORY.size())), bytes(String.valueOf(HISTORY.bytes())),
			bytes(String.valueOf(HISTORY.ttl().toMillis())), bytes("PUBLISH"), this.relay, bytes(this.head),
			bytes(this.tail), bytes(""), bytes("300000") };

	private final String digest = this.commands.scriptLoad(bytes(Script.PUBLISH.source())).toCompletableFuture().join();

	@TearDown
	public void stop() {
		this.broker.close();
		this.connectionFactory.destroy();
		this.client.shutdown();
		this.redis.destroyForcibly();
	}

	@Benchmark
	public void broker() {
		this.broker.publish(this.draft).join();
	}

	@Benchmark
	public void evalsha() {
		bareScript().toCompletableFuture().join();
	}

	@Benchmark
	public void publish() {
		this.commands.publish(this.relay, this.line).toCompletableFuture().join();
	}

	@Benchmark
	@OperationsPerInvocation(MANY)
	public void brokerPipelined() {
		many(() -> this.broker.publish(this.draft));
	}

	@Benchmark
	@OperationsPerInvocation(MANY)
	public void evalshaPipelined() {
		many(this::bareScript);
	}

	@Benchmark
	@OperationsPerInvocation(MANY)
	public void publishPipelined() {
		many(() -> this.commands.publish(this.relay, this.line));
	}

	private CompletionStage<?> bareScript() {
		return this.commands.evalsha(this.digest, ScriptOutputType.MULTI, this.keys, this.arguments);
	}

	private static void many(Supplier<CompletionStage<?>> command) {
		CompletableFuture<?>[] sent = new CompletableFuture<?>[MANY];
		for (int i = 0; i < MANY; i++) {
			sent[i] = command.get().toCompletableFuture();
		}
		CompletableFuture.allOf(sent).join();
	}

	private static LettuceConnectionFactory connectionFactory(int port) {
		LettuceConnectionFactory connectionFactory = new LettuceConnectionFactory("127.0.0.1", port);
		connectionFactory.afterPropertiesSet();
		connectionFactory.start();
		return connectionFactory;
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Process startRedis(int port) {
		try {
			Process redis = new ProcessBuilder("redis-server", "--port", String.valueOf(port), "--save", "",
					"--appendonly", "no")
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			while (redis.isAlive()) {
				try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
					return redis;
				}
				catch (IOException ex) {
					Thread.onSpinWait();
				}
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		throw new IllegalStateException("Redis did not start");
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
