package io.github.realtime.autoconfigure;

import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.session.ClientConnection;
import org.awaitility.Awaitility;

/**
 * A socket that remembers what was written to it.
 */
final class FakeConnection implements ClientConnection {

	private final List<String> written = new CopyOnWriteArrayList<>();

	private final Map<String, Object> attributes = new ConcurrentHashMap<>();

	String text() {
		return String.join("\n", this.written);
	}

	void awaitText(String part) {
		Awaitility.await().until(() -> text().contains(part));
	}

	@Override
	public void write(String text, boolean last) {
		this.written.add(text);
	}

	@Override
	public void close(CloseCode code, String reason) {
		this.written.add("closed with " + code);
	}

	@Override
	public void abort() {
		this.written.add("aborted");
	}

	@Override
	public Principal principal() {
		return null;
	}

	@Override
	public Map<String, Object> attributes() {
		return this.attributes;
	}

}
