package io.github.realtime.session;

import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

import io.github.realtime.protocol.CloseCode;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A socket whose peer the test plays: it keeps what is written, and can stop reading, or
 * be gone.
 */
public final class FakeConnection implements ClientConnection {

	private static final JsonMapper MAPPER = new JsonMapper();

	private final List<String> frames = new CopyOnWriteArrayList<>();

	private final StringBuilder part = new StringBuilder();

	private final Semaphore reading = new Semaphore(0);

	private final Map<String, Object> attributes = new ConcurrentHashMap<>();

	private volatile boolean stuck;

	private volatile boolean blocked;

	private volatile boolean gone;

	private volatile boolean aborted;

	private volatile int parts;

	private volatile @Nullable CloseCode closed;

	private volatile Runnable onClosed = () -> {
	};

	@Override
	public void write(String text, boolean last) throws IOException {
		awaitReading();
		if (this.gone || this.aborted || this.closed != null) {
			throw new IOException("peer is gone");
		}
		this.parts++;
		if (last && this.part.isEmpty()) {
			this.frames.add(text);
			return;
		}
		this.part.append(text);
		if (last) {
			this.frames.add(this.part.toString());
			this.part.setLength(0);
		}
	}

	@Override
	public void close(CloseCode code, String reason) throws IOException {
		awaitReading();
		if (this.gone || this.aborted) {
			throw new IOException("peer is gone");
		}
		this.closed = code;
		this.onClosed.run();
	}

	private void awaitReading() throws IOException {
		if (this.stuck) {
			this.blocked = true;
			try {
				this.reading.acquire();
			}
			catch (InterruptedException ex) {
				throw new IOException(ex);
			}
		}
	}

	@Override
	public void abort() {
		this.aborted = true;
		resumeReading();
		this.onClosed.run();
	}

	@Override
	public @Nullable Principal principal() {
		return null;
	}

	@Override
	public Map<String, Object> attributes() {
		return this.attributes;
	}

	/**
	 * Says what the container does when the connection is gone.
	 * @param onClosed called then
	 */
	void onClosed(Runnable onClosed) {
		this.onClosed = onClosed;
	}

	void stopReading() {
		this.stuck = true;
	}

	void resumeReading() {
		this.stuck = false;
		this.reading.release(1000);
	}

	void goAway() {
		this.gone = true;
	}

	/**
	 * Tells whether a write has begun that waits for the peer.
	 */
	boolean isBlocked() {
		return this.blocked;
	}

	boolean isAborted() {
		return this.aborted;
	}

	@Nullable CloseCode closeCode() {
		return this.closed;
	}

	List<String> frames() {
		return this.frames;
	}

	int parts() {
		return this.parts;
	}

	List<String> lines() {
		return this.frames.stream().flatMap((frame) -> frame.lines()).toList();
	}

	/**
	 * Returns all that was written.
	 */
	public String text() {
		return String.join("\n", this.frames);
	}

	public void awaitText(String part) {
		Awaitility.await().until(() -> text().contains(part));
	}

	List<JsonNode> received(String type) {
		return lines().stream()
			.map(MAPPER::readTree)
			.filter((frame) -> frame.path("type").stringValue("").equals(type))
			.toList();
	}

	JsonNode await(String type) {
		return await(type, (frame) -> true);
	}

	JsonNode await(String type, Predicate<JsonNode> condition) {
		return Awaitility.await(type)
			.pollInterval(Duration.ofMillis(2))
			.until(() -> received(type).stream().filter(condition).findFirst().orElse(null), (frame) -> frame != null);
	}

}
