package app;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application made of nothing but what the README says.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class AppTests {

	private final HttpClient http = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@Test
	void voteWhenSubscribedThenArrives() throws Exception {
		BlockingQueue<String> frames = new LinkedBlockingQueue<>();
		WebSocket socket = this.http.newWebSocketBuilder()
			.buildAsync(URI.create("ws://localhost:" + this.port + "/realtime"), new WebSocket.Listener() {
				@Override
				public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
					frames.add(data.toString());
					webSocket.request(1);
					return null;
				}
			})
			.get(30, TimeUnit.SECONDS);
		assertThat(frames.poll(30, TimeUnit.SECONDS)).startsWith("{\"type\":\"welcome\"");
		socket.sendText("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"post_42\"}", true).get(30, TimeUnit.SECONDS);
		assertThat(frames.poll(30, TimeUnit.SECONDS)).startsWith("{\"type\":\"subscribed\",\"id\":1");
		assertThat(send(HttpRequest.newBuilder(uri("/vote")).POST(BodyPublishers.noBody())).statusCode()).isEqualTo(200);
		assertThat(frames.poll(30, TimeUnit.SECONDS))
			.isEqualTo("{\"type\":\"message\",\"channel\":\"post_42\",\"offset\":1,\"data\":{\"score\":1}}");
	}

	@Test
	void getWhenPageAndClientThenServed() throws Exception {
		assertThat(send(HttpRequest.newBuilder(uri("/"))).body()).contains("connectRealtime({");
		assertThat(send(HttpRequest.newBuilder(uri("/realtime/client.js"))).body())
			.contains("connectRealtime");
	}

	@Test
	void healthWhenThereIsNoRedisThenUp() throws Exception {
		HttpResponse<String> health = send(HttpRequest.newBuilder(uri("/actuator/health")));
		assertThat(health.statusCode()).isEqualTo(200);
		assertThat(health.body()).contains("\"status\":\"UP\"");
	}

	@Test
	void scheduledAndAsyncWhenApplicationUsesThemThenRunOnBootsThreads(@Autowired App.Ticker ticker,
			@Autowired App.Worker worker) throws Exception {
		assertThat(ticker.ticks.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(ticker.thread).startsWith("scheduling-");
		assertThat(worker.thread().get(30, TimeUnit.SECONDS)).startsWith("task-");
	}

	@Test
	void propertiesWhenAsInTheReadmeThenAllAreKnown(@Autowired Environment environment) throws Exception {
		Class<?> type = Class.forName("io.github.realtime.autoconfigure.RealtimeProperties");
		Binder.get(environment).bind("realtime", Bindable.of(type), new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.http.send(request.build(), BodyHandlers.ofString());
	}

	private URI uri(String path) {
		return URI.create("http://localhost:" + this.port + path);
	}

}
