package io.github.realtime.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

import io.github.realtime.testing.FreePorts;
import io.github.realtime.testing.JavaProcess;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application of the client's tests in a process of its own, which can be killed and
 * started again on the same port.
 */
final class ServerProcess implements AutoCloseable {

	private final HttpClient http = HttpClient.newHttpClient();

	private final int port = FreePorts.next();

	private final JavaProcess process;

	private ServerProcess(String... properties) {
		this.process = JavaProcess.start(ServerProcess.class,
				Stream
					.concat(Stream.of(Integer.toString(this.port)),
							Stream.of(properties).map((property) -> "--" + property))
					.toArray(String[]::new));
	}

	static ServerProcess start(String... properties) {
		ServerProcess server = new ServerProcess(properties);
		server.awaitAnswer();
		return server;
	}

	/**
	 * Starts it once more, and waits until it answers.
	 */
	void restart() {
		this.process.restart();
		awaitAnswer();
	}

	private void awaitAnswer() {
		this.process.await("answered", () -> status(HttpRequest.newBuilder(URI.create(url()))) == 200);
	}

	String url() {
		return "http://localhost:" + this.port + "/";
	}

	int port() {
		return this.port;
	}

	void send(String channel, String message) throws IOException, InterruptedException {
		post("send?channel=" + channel + "&message=" + message);
	}

	/**
	 * Sets a value of a channel's state, as the application does.
	 */
	void set(String channel, String key, String value) throws IOException, InterruptedException {
		post("set?channel=" + channel + "&key=" + key + "&value=" + value);
	}

	/**
	 * Reads a channel's state, as the application does.
	 */
	JsonNode state(String channel) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "state?channel=" + channel)).build();
		return new JsonMapper().readTree(this.http.send(request, BodyHandlers.ofString()).body());
	}

	private void post(String path) throws IOException, InterruptedException {
		assertThat(status(HttpRequest.newBuilder(URI.create(url() + path)).POST(BodyPublishers.noBody())))
			.isEqualTo(200);
	}

	private int status(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.http.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.discarding()).statusCode();
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
		ClientApplication.builder(Integer.parseInt(args[0])).run(Arrays.copyOfRange(args, 1, args.length));
	}

}
