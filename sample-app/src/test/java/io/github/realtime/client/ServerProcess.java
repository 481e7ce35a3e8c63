package io.github.realtime.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import io.github.realtime.testing.FreePorts;
import io.github.realtime.testing.JavaProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application of the client's tests in a process of its own, which can be killed and
 * started again on the same port.
 */
final class ServerProcess implements AutoCloseable {

	private final HttpClient http = HttpClient.newHttpClient();

	private final int port = FreePorts.next();

	private final JavaProcess process = JavaProcess.start(ServerProcess.class, Integer.toString(this.port));

	static ServerProcess start() {
		ServerProcess server = new ServerProcess();
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

	void send(String channel, String message) throws IOException, InterruptedException {
		assertThat(status(HttpRequest.newBuilder(URI.create(url() + "send?channel=" + channel + "&message=" + message))
			.POST(BodyPublishers.noBody()))).isEqualTo(200);
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
		ClientApplication.builder(Integer.parseInt(args[0])).run();
	}

}
