package io.github.realtime.websocket;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.realtime.Position;
import io.github.realtime.RealtimeSendFailedEvent;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.annotation.RealtimeAction;
import io.github.realtime.annotation.RendersView;
import io.github.realtime.broker.DelegatingBroker;
import io.github.realtime.broker.Draft;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for sends in the transaction of a request.
 */
@ExtendWith(OutputCaptureExtension.class)
class TransactionalRequestTests {

	private final HttpClient http = HttpClient.newHttpClient();

	@Test
	void requestWhenBrokerFailsAfterCommitThenSucceedsAndTheFailureIsLoggedCountedAndPublished(CapturedOutput output)
			throws Exception {
		try (RealtimeServer server = RealtimeServer.on(Container.TOMCAT).with(VoteApplication.class).start();
				RawClient client = server.client()) {
			client.subscribe("post_42");
			FlakyBroker broker = server.context().getBean(FlakyBroker.class);
			MeterRegistry metrics = server.context().getBean(MeterRegistry.class);
			JdbcTemplate votes = server.context().getBean(JdbcTemplate.class);

			broker.fails = true;
			assertThat(vote(server, "up", false).statusCode()).isEqualTo(200);
			assertThat(votes.queryForList("select vote from votes", String.class)).containsExactly("up");
			assertThat(output).contains("Sending to channel 'post_42' failed after the transaction was committed");
			assertThat(metrics.get("realtime.send.failures").functionCounter().count()).isEqualTo(1);
			assertThat(server.context().getBean(VoteApplication.class).failures)
				.extracting(RealtimeSendFailedEvent::channel, RealtimeSendFailedEvent::json)
				.containsExactly(tuple("post_42", "\"up\""));

			broker.fails = false;
			assertThat(vote(server, "lost", true).statusCode()).isEqualTo(500);
			assertThat(vote(server, "down", false).statusCode()).isEqualTo(200);
			assertThat(client.await("the message", RawClient.message("post_42")).get("data").stringValue())
				.isEqualTo("down");
			assertThat(votes.queryForList("select vote from votes", String.class)).containsExactly("up", "down");
		}
	}

	@Test
	void viewsOfAHandlerOrAnActionAreRenderedOnceItsTransactionIsCommitted() throws Exception {
		try (RealtimeServer server = RealtimeServer.on(Container.TOMCAT).with(VoteApplication.class).start();
				RawClient client = server.client()) {
			client.subscribe("/votes");
			JdbcTemplate votes = server.context().getBean(JdbcTemplate.class);
			List<Integer> seen = new CopyOnWriteArrayList<>();
			server.context()
				.getBean(FlakyBroker.class).onRefresh = () -> seen.add(CompletableFuture
					.supplyAsync(() -> votes.queryForObject("select count(*) from votes", Integer.class))
					.join());
			vote(server, "lost", true);
			vote(server, "up", false);
			client.await("refresh", RawClient.type("refresh"));
			String call = "{\"type\":\"call\",\"id\":%d,\"action\":\"vote\",\"data\":\"";
			assertThat(Users.outcome(client.command(call + "lost\"}"))).isEqualTo("internal");
			assertThat(client.command(call + "down\"}").get("rendered").toString()).isEqualTo("[\"/votes\"]");
			assertThat(seen).containsExactly(1, 2);
			server.context().getBean(FlakyBroker.class).fails = true;
			assertThat(client.command(call + "none\"}").get("rendered").toString()).as("the caller can render itself")
				.isEqualTo("[\"/votes\"]");
		}
	}

	private HttpResponse<String> vote(RealtimeServer server, String vote, boolean fail) throws Exception {
		URI uri = URI.create("http://localhost:" + server.port() + "/votes?vote=" + vote + "&fail=" + fail);
		return this.http.send(HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build(),
				BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	static class VoteApplication {

		private final List<RealtimeSendFailedEvent> failures = new CopyOnWriteArrayList<>();

		@Bean
		FlakyBroker broker() {
			return new FlakyBroker();
		}

		@Bean
		VoteController voteController(JdbcTemplate jdbc, RealtimeTemplate realtime) {
			jdbc.execute("create table votes (vote varchar(10))");
			return new VoteController(jdbc, realtime);
		}

		@EventListener
		void onSendFailed(RealtimeSendFailedEvent event) {
			this.failures.add(event);
		}

	}

	@RestController
	static class VoteController {

		private final JdbcTemplate jdbc;

		private final RealtimeTemplate realtime;

		VoteController(JdbcTemplate jdbc, RealtimeTemplate realtime) {
			this.jdbc = jdbc;
			this.realtime = realtime;
		}

		@RealtimeAction("vote")
		@RendersView("/votes")
		@Transactional
		public void vote(String vote) {
			vote(vote, vote.equals("lost"));
		}

		@PostMapping("/votes")
		@RendersView("/votes")
		@Transactional
		public void vote(@RequestParam String vote, @RequestParam boolean fail) {
			this.jdbc.update("insert into votes values (?)", vote);
			this.realtime.send("post_42", vote);
			if (fail) {
				throw new IllegalStateException("after the send");
			}
		}

	}

	static final class FlakyBroker extends DelegatingBroker {

		private volatile boolean fails;

		private volatile Runnable onRefresh = () -> {
		};

		@Override
		public CompletableFuture<Position> publish(Draft draft) {
			if (draft.head().contains("refresh")) {
				this.onRefresh.run();
			}
			return this.fails ? CompletableFuture.failedFuture(new RealtimeUnavailableException("no broker", null))
					: super.publish(draft);
		}

	}

}
