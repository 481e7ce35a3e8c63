package io.github.realtime.client;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The application of the client's tests in a process of its own, which can be killed and
 * started again on the same port.
 */
final class ServerProcess implements AutoCloseable {

	private final HttpClient http = HttpClient.newHttpClient();

	private final int port;

	private Process process;

	private ServerProcess(int port) {
		this.port = port;
	}

	static ServerProcess start() throws IOException {
		int port;
		try (ServerSocket free = new ServerSocket(0)) {
			port = free.getLocalPort();
		}
		ServerProcess server = new ServerProcess(port);
		server.launch();
		return server;
	}

	/**
	 * Starts it and waits until it answers.
	 */
	void launch() throws IOException {
		File output = Path.of("target/server-process.log").toFile();
		this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-cp",
				System.getProperty("java.class.path"), "-XX:TieredStopAtLevel=1", ServerProcess.class.getName(),
				Integer.toString(this.port))
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(output))
			.start();
		await().atMost(Duration.ofSeconds(60)).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
			assertThat(this.process.isAlive()).as("see %s", output).isTrue();
			return status(HttpRequest.newBuilder(URI.create(url()))) == 200;
		});
	}

	String url() {
		return "http://localhost:" + this.port + "/";
	}

	void send(String channel, String message) throws IOException, InterruptedException {
		assertThat(status(HttpRequest.newBuilder(URI.create(url() + "send?channel=" + channel + "&message=" + message))
			.POST(BodyPublishers.noBody()))).isEqualTo(200);
	}

	private int status(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.http.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.discarding()).statusCode();
	}

	/**
	 * Ends it without giving it time for anything.
	 */
	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	@Override
	public void close() throws InterruptedException {
		kill();
	}

	public static void main(String[] args) throws IOException {
		ClientApplication.builder(Integer.parseInt(args[0])).run();
		// Does not outlive the tests: their end of the pipe is closed when they are gone
		System.in.read();
		System.exit(0);
	}

}
