package io.github.realtime.websocket;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.github.realtime.Position;
import io.github.realtime.testing.Patience;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of the wire protocol that keeps every frame it gets. Every wait is bounded and
 * tells, when it was in vain, what came instead.
 */
final class RawClient implements AutoCloseable {

	private static final Duration PATIENCE = Patience.ENOUGH;

	private static final int SHOWN = 30;

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final List<String> frames = new ArrayList<>();

	private final List<JsonNode> lines = new ArrayList<>();

	private final CompletableFuture<Integer> closed = new CompletableFuture<>();

	private volatile String closeReason = "";

	private final Consumer<JsonNode> onLine;

	private final WebSocket socket;

	private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);

	/** Higher than the ids that tests write themselves. */
	private long lastId = 10_000;

	private RawClient(URI uri, Consumer<JsonNode> onLine, String... headers) {
		this.onLine = onLine;
		WebSocket.Builder builder = HTTP.newWebSocketBuilder().connectTimeout(PATIENCE);
		for (int i = 0; i < headers.length; i += 2) {
			builder.header(headers[i], headers[i + 1]);
		}
		this.socket = await("open " + uri, builder.buildAsync(uri, new Receiver()));
	}

	static RawClient connect(int port) {
		return connect(port, "/realtime");
	}

	static RawClient connect(int port, String path, String... headers) {
		return new RawClient(URI.create("ws://localhost:" + port + path), (line) -> {
		}, headers);
	}

	/**
	 * Connects a client that is told of every line before anybody can wait for it.
	 */
	static RawClient connect(int port, Consumer<JsonNode> onLine) {
		return new RawClient(URI.create("ws://localhost:" + port + "/realtime"), onLine);
	}

	static JsonNode json(String text) {
		return JSON.readTree(text);
	}

	JsonNode welcome() {
		return await("welcome", type("welcome"));
	}

	String clientId() {
		return welcome().get("clientId").stringValue();
	}

	JsonNode resume(String token) {
		return command("{\"type\":\"resume\",\"id\":%d,\"token\":\"" + token + "\"}");
	}

	/**
	 * Subscribes.
	 * @return the position the client was told
	 */
	Position subscribe(String channel) {
		return position(subscribed(channel, null));
	}

	JsonNode subscribe(String channel, Position since) {
		return subscribed(channel, since);
	}

	private JsonNode subscribed(String channel, @Nullable Position since) {
		JsonNode reply = command(subscribeCommand(channel, since));
		if (!reply.get("type").stringValue().equals("subscribed")) {
			throw new AssertionError("Subscribing to " + channel + " failed: " + reply);
		}
		return reply;
	}

	static String subscribeCommand(String channel, @Nullable Position since) {
		return "{\"type\":\"subscribe\",\"id\":%d,\"channel\":\"" + channel + "\""
				+ ((since != null)
						? ",\"since\":{\"epoch\":\"" + since.epoch() + "\",\"offset\":" + since.offset() + "}" : "")
				+ "}";
	}

	static Position position(JsonNode subscribed) {
		return new Position(subscribed.get("epoch").stringValue(), subscribed.get("offset").longValue());
	}

	JsonNode unsubscribe(String channel) {
		return command("{\"type\":\"unsubscribe\",\"id\":%d,\"channel\":\"" + channel + "\"}");
	}

	/**
	 * Sends a command and waits for the reply.
	 * @param command the JSON, with {@code %d} where the id goes
	 */
	JsonNode command(String command) {
		long id = nextId();
		int before = count();
		send(command.replace("%d", Long.toString(id)));
		return awaitAll(before, PATIENCE, 1, "the reply to command " + id, (line) -> line.path("id").asLong() == id)
			.get(0);
	}

	synchronized long nextId() {
		return ++this.lastId;
	}

	void send(String text) {
		send(text, true);
	}

	void send(String part, boolean last) {
		await("send", enqueue(() -> this.socket.sendText(part, last)));
	}

	/**
	 * Sends without waiting. What can't be sent because the socket is closed is dropped.
	 */
	void sendAsync(String text) {
		enqueue(() -> this.socket.sendText(text, true));
	}

	void sendBinary(byte... bytes) {
		await("send", enqueue(() -> this.socket.sendBinary(ByteBuffer.wrap(bytes), true)));
	}

	private synchronized CompletableFuture<?> enqueue(java.util.function.Supplier<CompletionStage<?>> send) {
		this.sending = this.sending.handle((result, failure) -> true).thenCompose((ready) -> send.get());
		return this.sending;
	}

	/**
	 * Waits for the first line that fits.
	 */
	JsonNode await(String what, Predicate<JsonNode> test) {
		return await(PATIENCE, what, test);
	}

	/**
	 * Waits for the first line that fits, behind many others' lines.
	 */
	JsonNode await(Duration patience, String what, Predicate<JsonNode> test) {
		return awaitAll(0, patience, 1, what, test).get(0);
	}

	/**
	 * Waits until as many lines fit.
	 */
	List<JsonNode> awaitAll(int count, String what, Predicate<JsonNode> test) {
		return awaitAll(0, PATIENCE, count, what, test);
	}

	private List<JsonNode> awaitAll(int start, Duration patience, int count, String what, Predicate<JsonNode> test) {
		long deadline = System.nanoTime() + patience.toNanos();
		List<JsonNode> found = new ArrayList<>();
		int next = start;
		synchronized (this.lines) {
			while (true) {
				for (; next < this.lines.size() && found.size() < count; next++) {
					if (test.test(this.lines.get(next))) {
						found.add(this.lines.get(next));
					}
				}
				if (found.size() == count) {
					return found;
				}
				long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
				if (left <= 0 || this.closed.isDone()) {
					throw new AssertionError("Got " + found.size() + " of " + count + " × " + what
							+ (this.closed.isDone() ? " before the socket was closed; " : " within " + patience + "; ")
							+ received());
				}
				try {
					this.lines.wait(left);
				}
				catch (InterruptedException ex) {
					throw new AssertionError(ex);
				}
			}
		}
	}

	List<JsonNode> awaitMessages(String channel, int count) {
		return awaitAll(count, "message of " + channel, message(channel));
	}

	JsonNode awaitData(String channel) {
		return awaitMessages(channel, 1).get(0).get("data");
	}

	static Predicate<JsonNode> message(String channel) {
		return type("message").and((line) -> line.path("channel").asString().equals(channel));
	}

	static Predicate<JsonNode> type(String type) {
		return (line) -> line.path("type").asString().equals(type);
	}

	/**
	 * Waits until the server has answered something sent now, so that whatever it had to
	 * say before is here.
	 */
	void sync() {
		command("{\"type\":\"unsubscribe\",\"id\":%d,\"channel\":\"nobody/subscribes/to/this\"}");
	}

	int count() {
		synchronized (this.lines) {
			return this.lines.size();
		}
	}

	List<JsonNode> lines() {
		return lines(0);
	}

	/**
	 * Returns the lines from a certain one on.
	 */
	List<JsonNode> lines(int start) {
		synchronized (this.lines) {
			return List.copyOf(this.lines.subList(start, this.lines.size()));
		}
	}

	List<JsonNode> lines(Predicate<JsonNode> test) {
		return lines().stream().filter(test).toList();
	}

	List<String> frames() {
		synchronized (this.lines) {
			return List.copyOf(this.frames);
		}
	}

	boolean isClosed() {
		return this.closed.isDone();
	}

	/**
	 * Returns the words of the close frame.
	 */
	String closeReason() {
		return this.closeReason;
	}

	/**
	 * Waits for the end.
	 * @return the code of the close frame, or 1006 if there was none
	 */
	int awaitCloseCode() {
		return await("be closed", this.closed);
	}

	private <T> T await(String what, CompletableFuture<T> future) {
		try {
			return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			throw new AssertionError("Did not " + what + " within " + PATIENCE + "; " + received());
		}
		catch (ExecutionException ex) {
			throw new AssertionError("Could not " + what + "; " + received(), ex.getCause());
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	private String received() {
		synchronized (this.lines) {
			List<String> last = this.lines.stream()
				.skip(Math.max(0, this.lines.size() - SHOWN))
				.map(JsonNode::toString)
				.map((line) -> (line.length() > 300) ? line.substring(0, 300) + "…" : line)
				.toList();
			return "closed: " + this.closed.getNow(null) + "; received " + this.lines.size() + " lines in "
					+ this.frames.size() + " frames, the last ones: " + String.join("\n", last);
		}
	}

	/**
	 * Leaves with a close frame.
	 */
	@Override
	public void close() {
		if (!this.closed.isDone()) {
			enqueue(() -> this.socket.sendClose(WebSocket.NORMAL_CLOSURE, ""));
		}
	}

	/**
	 * Leaves without a close frame.
	 */
	void abort() {
		this.socket.abort();
		this.closed.complete(1006);
	}

	private final class Receiver implements WebSocket.Listener {

		private final StringBuilder parts = new StringBuilder();

		private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

		@Override
		public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
			this.parts.append(part);
			if (last) {
				String frame = this.parts.toString();
				this.parts.setLength(0);
				received(frame);
			}
			socket.request(1);
			return null;
		}

		private void received(String frame) {
			List<JsonNode> received = frame.lines().map(RawClient::json).toList();
			received.forEach(RawClient.this.onLine);
			synchronized (RawClient.this.lines) {
				RawClient.this.frames.add(frame);
				RawClient.this.lines.addAll(received);
				RawClient.this.lines.notifyAll();
			}
		}

		@Override
		public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
			this.binary.writeBytes(StandardCharsets.UTF_8.decode(data).toString().getBytes(StandardCharsets.UTF_8));
			throw new AssertionError("The server never sends binary frames: " + this.binary);
		}

		@Override
		public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
			RawClient.this.closeReason = reason;
			closed(code);
			return null;
		}

		@Override
		public void onError(WebSocket socket, Throwable error) {
			closed(1006);
		}

		private void closed(int code) {
			synchronized (RawClient.this.lines) {
				RawClient.this.closed.complete(code);
				RawClient.this.lines.notifyAll();
			}
		}

	}

}
