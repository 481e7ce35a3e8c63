package io.github.realtime.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Somebody on a board with a socket of their own, and nothing to look at.
 */
final class Painter implements WebSocket.Listener, AutoCloseable {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private static final JsonMapper JSON = JsonMapper.builder().build();

	/** How many pixels of anybody's were told. */
	final AtomicInteger seen = new AtomicInteger();

	private final StringBuilder frame = new StringBuilder();

	private final WebSocket socket;

	private final String channel;

	/**
	 * One at a time is all that a socket takes, and a reply may be faster than that ends.
	 */
	private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

	private volatile CompletableFuture<JsonNode> reply = new CompletableFuture<>();

	private Painter(int port, String channel) {
		this.channel = channel;
		this.socket = HTTP.newWebSocketBuilder()
			.buildAsync(URI.create("ws://localhost:" + port + "/realtime"), this)
			.join();
	}

	static Painter on(String channel, int port) {
		Painter painter = new Painter(port, channel);
		painter.command("subscribe", "");
		return painter;
	}

	/**
	 * Paints, and does not wait for the reply.
	 */
	CompletableFuture<JsonNode> paint(int x, int y, int colour) {
		return send("set", ",\"key\":\"%d,%d\",\"value\":{\"c\":%d,\"by\":\"Calm Crane\"}".formatted(x, y, colour));
	}

	/**
	 * Writes what may not be one, and returns the reply.
	 */
	JsonNode write(String key, String value) {
		return command("set", ",\"key\":\"%s\",\"value\":%s".formatted(key, value));
	}

	JsonNode command(String type, String more) {
		return send(type, more).orTimeout(60, TimeUnit.SECONDS).join();
	}

	private synchronized CompletableFuture<JsonNode> send(String type, String more) {
		CompletableFuture<JsonNode> reply = new CompletableFuture<>();
		this.reply = reply;
		String frame = "{\"type\":\"%s\",\"id\":1,\"channel\":\"%s\"%s}".formatted(type, this.channel, more);
		this.sent = this.sent.thenCompose((done) -> this.socket.sendText(frame, true));
		this.sent.exceptionally((failure) -> {
			reply.completeExceptionally(failure);
			return null;
		});
		return reply;
	}

	@Override
	public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
		this.frame.append(data);
		if (last) {
			this.frame.toString().lines().forEach(this::receive);
			this.frame.setLength(0);
		}
		socket.request(1);
		return null;
	}

	private void receive(String line) {
		if (line.startsWith("{\"type\":\"state\"")) {
			this.seen.incrementAndGet();
		}
		else if (line.contains("\"id\":1,")) {
			this.reply.complete(JSON.readTree(line));
		}
	}

	@Override
	public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
		this.reply.completeExceptionally(new IllegalStateException("Closed with " + code + " " + reason));
		return null;
	}

	@Override
	public void close() {
		this.socket.abort();
	}

}
