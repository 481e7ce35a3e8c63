package io.github.realtime.websocket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.realtime.ChannelState;
import io.github.realtime.Member;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.annotation.RealtimeAction;
import io.github.realtime.testing.FreePorts;
import io.github.realtime.testing.JavaProcess;
import io.github.realtime.testing.RedisServer;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * One of several instances of an application, each in a JVM of its own, that share a
 * Redis. It sends what it is told to by HTTP, and has actions.
 */
final class InstanceProcess implements AutoCloseable {

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final int port = FreePorts.next();

	private final JavaProcess process;

	private volatile boolean ready;

	private InstanceProcess(List<String> jvmOptions, Stream<String> properties) {
		this.process = JavaProcess.start(jvmOptions, InstanceProcess.class,
				Stream.concat(properties, Stream.of("server.port=" + this.port))
					.map((property) -> "--" + property)
					.toArray(String[]::new));
	}

	/**
	 * Starts one, without waiting until it is ready.
	 */
	static InstanceProcess start(RedisServer redis, String... properties) {
		return new InstanceProcess(List.of("-Xmx1g"),
				Stream.concat(Stream.of(properties),
						Stream.of("spring.data.redis.url=" + redis.uri(), "spring.application.name=instances",
								"logging.level.root=warn", "spring.main.banner-mode=off",
								// What is slow on a busy machine is not lost
								"realtime.redis.timeout=30s",
								// Readers say nothing
								"realtime.heartbeat=1h")));
	}

	InstanceProcess awaitReady() {
		if (!this.ready) {
			this.process.awaitPort(this.port);
			this.ready = true;
		}
		return this;
	}

	/**
	 * Returns the port once the instance listens to it.
	 */
	int port() {
		return awaitReady().port;
	}

	void send(String channel, String message) {
		post("/send?channel=" + channel + "&message=" + message);
	}

	/**
	 * Sends to channels whose names end with 0, 1, 2 and so on.
	 */
	void sendToEach(String prefix, int count, String message) {
		post("/send-to-each?prefix=" + prefix + "&count=" + count + "&message=" + message);
	}

	/**
	 * Begins to send from several threads at once, until told otherwise. The messages of
	 * a thread are named after it, and numbered.
	 * @param name what the names of the threads begin with
	 * @param pauseMicros how long a thread waits after each
	 */
	void flood(String channel, String name, int threads, int pauseMicros) {
		post("/flood?channel=" + channel + "&name=" + name + "&threads=" + threads + "&pauseMicros=" + pauseMicros);
	}

	/**
	 * Sends what is sent from now on to another channel.
	 */
	void floodTo(String channel) {
		post("/flood/to?channel=" + channel);
	}

	/**
	 * Ends it; fails if one send did.
	 * @return what each thread has sent
	 */
	List<List<String>> endFlood() {
		return RawClient.json(post("/flood/end"))
			.propertyStream()
			.map((thread) -> IntStream.range(0, thread.getValue().intValue())
				.mapToObj((number) -> thread.getKey() + "-" + number)
				.toList())
			.toList();
	}

	/**
	 * Adds 1 to a value of a channel's state, from several threads at once, and waits
	 * until all have done so.
	 * @param method {@code update} or {@code increment}
	 * @param times how often each thread does
	 */
	void count(String method, String channel, String key, int threads, int times) {
		post("/count?method=" + method + "&channel=" + channel + "&key=" + key + "&threads=" + threads + "&times="
				+ times);
	}

	/**
	 * Reads a channel's state.
	 */
	JsonNode state(String channel) {
		return RawClient.json(post("/state?channel=" + channel));
	}

	/**
	 * Who is on a channel, as Java sees it there.
	 */
	Set<String> members(String channel) {
		return RawClient.json(request("GET", "/members?channel=" + channel))
			.valueStream()
			.map(JsonNode::stringValue)
			.collect(Collectors.toSet());
	}

	/**
	 * Lets an action {@code wait} end.
	 */
	void goOn() {
		post("/go-on");
	}

	private String post(String path) {
		return request("POST", path);
	}

	private String request(String method, String path) {
		URI uri = URI.create("http://localhost:" + port() + path);
		try {
			HttpResponse<String> response = HTTP.send(
					HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
					BodyHandlers.ofString());
			if (response.statusCode() != 200) {
				throw new AssertionError(uri + " was answered with " + response.statusCode() + " " + response.body()
						+ ":\n" + this.process.output());
			}
			return response.body();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * Ends it without giving it time for anything.
	 */
	void kill() {
		this.process.kill();
	}

	@Override
	public void close() {
		this.process.close();
	}

	public static void main(String[] args) {
		new SpringApplicationBuilder(RealtimeServer.Application.class, Container.TOMCAT.configuration(), Sender.class)
			.run(args);
	}

	@RestController
	static class Sender {

		private final RealtimeTemplate realtime;

		private final ExecutorService threads = Executors.newCachedThreadPool();

		private final Semaphore gate = new Semaphore(0);

		private final Map<String, Future<Integer>> floods = new HashMap<>();

		private volatile String channel = "";

		private volatile boolean flooding;

		Sender(RealtimeTemplate realtime) {
			this.realtime = realtime;
		}

		@PostMapping("/send")
		void send(@RequestParam String channel, @RequestParam String message) {
			this.realtime.send(channel, message);
		}

		/**
		 * Counts how often it is called with a name.
		 */
		@RealtimeAction("count")
		long count(String name) {
			return (long) this.realtime.channel("counted").state().increment(name, 1);
		}

		@RealtimeAction("wait")
		long await(String name) throws InterruptedException {
			long count = count(name);
			this.gate.acquire();
			return count;
		}

		@PostMapping("/go-on")
		void goOn() {
			this.gate.release();
		}

		@GetMapping("/members")
		List<String> members(@RequestParam String channel) {
			return this.realtime.channel(channel).presence().members().stream().map(Member::clientId).toList();
		}

		@PostMapping("/send-to-each")
		void sendToEach(@RequestParam String prefix, @RequestParam int count, @RequestParam String message) {
			CompletableFuture
				.allOf(IntStream.range(0, count)
					.mapToObj((i) -> this.realtime.sendAsync(prefix + i, message))
					.toArray(CompletableFuture[]::new))
				.join();
		}

		@PostMapping("/flood")
		void flood(@RequestParam String channel, @RequestParam String name, @RequestParam int threads,
				@RequestParam long pauseMicros) {
			this.channel = channel;
			this.flooding = true;
			for (int i = 0; i < threads; i++) {
				String thread = name + i;
				this.floods.put(thread, this.threads.submit(() -> flood(thread, pauseMicros * 1000)));
			}
		}

		private int flood(String thread, long pause) {
			int sent = 0;
			while (this.flooding) {
				this.realtime.send(this.channel, thread + "-" + sent++);
				LockSupport.parkNanos(pause);
			}
			return sent;
		}

		@PostMapping("/count")
		void count(@RequestParam String method, @RequestParam String channel, @RequestParam String key,
				@RequestParam int threads, @RequestParam int times) {
			ChannelState state = this.realtime.channel(channel).state();
			Runnable once = method.equals("update")
					? () -> state.update(key, Integer.class, (n) -> (n != null) ? n + 1 : 1)
					: () -> state.increment(key, 1);
			CompletableFuture
				.allOf(IntStream.range(0, threads)
					.mapToObj((thread) -> CompletableFuture
						.runAsync(() -> IntStream.range(0, times).forEach((i) -> once.run()), this.threads))
					.toArray(CompletableFuture[]::new))
				.join();
		}

		@PostMapping("/state")
		Map<String, JsonNode> state(@RequestParam String channel) {
			return this.realtime.channel(channel).state().getAll();
		}

		@PostMapping("/flood/to")
		void floodTo(@RequestParam String channel) {
			this.channel = channel;
		}

		@PostMapping("/flood/end")
		Map<String, Integer> endFlood() throws InterruptedException, ExecutionException {
			this.flooding = false;
			Map<String, Integer> sent = new HashMap<>();
			for (Map.Entry<String, Future<Integer>> flood : this.floods.entrySet()) {
				sent.put(flood.getKey(), flood.getValue().get());
			}
			this.floods.clear();
			return sent;
		}

	}

}
