package io.github.realtime.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

import io.github.realtime.Position;
import io.github.realtime.testing.Patience;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client that keeps what it gets of one channel, over all its connections, as a page
 * does: it comes back with its token and its position.
 */
final class Reader implements AutoCloseable {

	private final String channel;

	private final List<String> messages = new ArrayList<>();

	private @Nullable RawClient client;

	private @Nullable String token;

	private @Nullable Position last;

	private @Nullable String problem;

	Reader(String channel) {
		this.channel = channel;
	}

	/**
	 * Connects, or comes back.
	 */
	Reader connect(int port) {
		RawClient client = RawClient.connect(port, this::onLine);
		this.client = client;
		if (this.token == null) {
			this.token = client.welcome().get("resume").stringValue();
		}
		else {
			client.resume(this.token);
		}
		JsonNode reply = client.command(RawClient.subscribeCommand(this.channel, position()));
		if (!reply.path("recovered").asBoolean(true)) {
			throw new AssertionError("Not recovered: " + reply);
		}
		return this;
	}

	private RawClient client() {
		if (this.client == null) {
			throw new IllegalStateException("Not connected");
		}
		return this.client;
	}

	private synchronized @Nullable Position position() {
		return this.last;
	}

	private synchronized void onLine(JsonNode line) {
		if (RawClient.type("subscribed").test(line) && this.last == null) {
			this.last = RawClient.position(line);
		}
		else if (RawClient.message(this.channel).test(line)) {
			long offset = line.get("offset").longValue();
			Position last = this.last;
			if (last == null || offset != last.offset() + 1) {
				fail("after " + last + " came " + offset);
				return;
			}
			this.last = new Position(last.epoch(), offset);
			this.messages.add(line.get("data").stringValue());
		}
		else if (line.path("code").asString().equals("resync")) {
			fail(line.toString());
		}
	}

	private void fail(String problem) {
		if (this.problem == null) {
			this.problem = problem;
		}
	}

	synchronized int count() {
		return this.messages.size();
	}

	/**
	 * Waits until it has as many messages.
	 * @return all it has
	 */
	List<String> awaitMessages(int count) {
		return await(count + " messages", () -> this.messages.size() >= count);
	}

	/**
	 * Waits for a message behind which there is no other.
	 * @return all it has
	 */
	List<String> awaitLast(String message) {
		return await("'" + message + "'",
				() -> !this.messages.isEmpty() && this.messages.get(this.messages.size() - 1).equals(message));
	}

	List<String> await(String what, BooleanSupplier condition) {
		client().await(Patience.PLENTY, what, (line) -> {
			synchronized (this) {
				return this.problem != null || condition.getAsBoolean();
			}
		});
		return messages();
	}

	synchronized int count(String prefix) {
		return (int) this.messages.stream().filter((message) -> message.startsWith(prefix)).count();
	}

	/**
	 * Tells what it got, in the order in which it came.
	 */
	synchronized List<String> messages() {
		if (this.problem != null) {
			throw new AssertionError(this.problem);
		}
		return List.copyOf(this.messages);
	}

	/**
	 * Waits until the connection is gone.
	 * @return the code of the close frame, or 1006 if there was none
	 */
	int awaitCloseCode() {
		return client().awaitCloseCode();
	}

	@Override
	public void close() {
		client().close();
	}

}
