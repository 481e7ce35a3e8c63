package io.github.realtime.websocket;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.github.realtime.PageCursor;
import io.github.realtime.Position;
import io.github.realtime.RealtimeException;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.RenderOptions;
import io.github.realtime.annotation.CursorOf;
import io.github.realtime.broker.DelegatingBroker;
import io.github.realtime.broker.History;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Pages that say where they were rendered, as controllers and templates write them.
 */
class PagePositionTests {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private static final JsonMapper JSON = JsonMapper.builder().build();

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with(Application.class)
		.with("spring.thymeleaf.prefix=classpath:/views/");

	@Test
	void annotationWhenDataIsReadByTheHandlerOrBeforeThenPositionIsOlder() throws Exception {
		send("post_1", 3);
		// The handler sends one, and the model's attribute that is made before it another
		assertThat(cursors(get("/posts/1"))).containsExactly(cursor("post_1", 3));
		assertThat(cursors(get("/posts/1"))).containsExactly(cursor("post_1", 5));
	}

	@Test
	void annotationWhenHandlerAnswersLaterThenPositionIsOlder() throws Exception {
		send("post_2", 2);
		assertThat(cursors(get("/later/2"))).containsExactly(cursor("post_2", 2));
	}

	@Test
	void annotationWhenItNamesSeveralThenTheModelHasAllOfThem() throws Exception {
		send("/all/%C3%A9", 1);
		send("post_3", 2);
		server.realtime().channel("board_3").state().set("<score>", "</script>");
		Position board = server.realtime().channel("board_3").position();
		assertThat(cursors(get("/all/%C3%A9?id=3"))).containsExactly(cursor("post_3", 2), cursor("/all/%C3%A9", 1),
				"board_3 {\"epoch\":\"" + board.epoch() + "\",\"offset\":1,\"state\":{\"<score>\":\"</script>\"}}");
	}

	@Test
	void annotationWhenThereIsNoSuchChannelThenLeavesItToTheHandler() throws Exception {
		assertThat(cursors(get("/all/7?id=%20"))).hasSize(1).allMatch((cursor) -> cursor.startsWith("/all/7 "));
	}

	@Test
	void annotationWhenTheRequestLacksAParameterThenLeavesItToTheHandler() throws Exception {
		assertThat(get("/all/7").statusCode()).isEqualTo(400);
	}

	@Test
	void annotationWhenRequestIsForwardedThenThatOfTheHandlerThatAnswersCounts() throws Exception {
		send("post_7", 2);
		assertThat(cursors(get("/forward/7"))).containsExactly(cursor("post_7", 2));
	}

	@Test
	void annotationWhenPageIsRedirectedOrABodyThenNothingIsAdded() throws Exception {
		HttpResponse<String> redirect = get("/redirect/4");
		assertThat(redirect.headers().firstValue("Location"))
			.hasValueSatisfying((location) -> assertThat(URI.create(location)).hasPath("/posts/4").hasNoQuery());
		assertThat(get("/body/4").body()).isEqualTo("body");
	}

	@Test
	void annotationWhenTheBrokerFailsThenThePageIsRenderedAndWillBeToldOfTheGap() throws Exception {
		String page = get("/all/broken?id=broken").body();
		assertThat(cursors(page)).containsExactly("post_broken {\"epoch\":\"?\",\"offset\":0}",
				cursor("/all/broken", 0), "board_broken {\"epoch\":\"?\",\"offset\":0}");
		assertThat(page).contains("<p>all</p>");
		assertThat(cursors(get("/both/broken"))).containsExactly("board_broken {\"epoch\":\"?\",\"offset\":0}");
		assertThat(cursors(get("/board/broken"))).containsExactly("board_broken {\"epoch\":\"?\",\"offset\":0}");
	}

	@Test
	void annotationWhenNameIsTheKeyOfAViewThenTheTemplateFindsIt() throws Exception {
		send("/note/%C3%A9", 1);
		assertThat(cursors(get("/note/%C3%A9"))).containsExactly(cursor("/note/%C3%A9", 1));
	}

	@Test
	void cursorWhenHandlerPutsItIntoTheModelThenIsWritten() throws Exception {
		send("post_5", 4);
		assertThat(cursors(get("/own/5"))).containsExactly(cursor("post_5", 4));
	}

	@Test
	void stateWhenHandlerPutsItIntoTheModelThenTemplateShowsItsValues() throws Exception {
		server.realtime().channel("board_9").state().change((changes) -> changes.set("score", 7).set("title", "A & B"));
		HttpResponse<String> page = get("/values/9");
		assertThat(cursors(page)).singleElement().asString().endsWith("{\"score\":7,\"title\":\"A & B\"}}");
		assertThat(page.body()).contains("<b>7</b>", "<i>A &amp; B</i>");
	}

	@Test
	void stateWhenNobodyHasReadItThenIsReadByTheTemplate() throws Exception {
		server.realtime().channel("board_6").state().set("score", 7);
		String page = get("/board/6").body();
		assertThat(cursors(page)).singleElement()
			.asString()
			.startsWith("board_6 ")
			.endsWith("\"state\":{\"score\":7}}");
		assertThat(page).doesNotContain("rt:", "th:");
	}

	@Test
	void stateWhenThePositionWasReadBeforeThenMessagesStartThere() throws Exception {
		send("board_8", 1);
		List<String> cursors = cursors(get("/both/8"));
		assertThat(cursors).hasSize(2).first().isEqualTo(cursor("board_8", 1));
		assertThat(cursors.get(1)).endsWith("\"offset\":2,\"state\":{}}");
	}

	@Test
	void channelWhenNobodyHasReadItThenItIsTooLate() {
		assertThatExceptionOfType(RealtimeException.class)
			.isThrownBy(() -> server.realtime().render("/any", RenderOptions.push("cursors :: late", Map.of())))
			.havingRootCause()
			.withMessageStartingWith("By now it is too late to read the position of channel 'post_1'")
			.withMessageContaining("@CursorOf(\"post_1\")");
	}

	private static void send(String channel, int messages) {
		for (int i = 0; i < messages; i++) {
			server.realtime().send(channel, i);
		}
	}

	private static String cursor(String channel, int offset) {
		return channel + " {\"epoch\":\"" + server.realtime().channel(channel).position().epoch() + "\",\"offset\":"
				+ offset + "}";
	}

	private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path)).build();
		return HTTP.send(request, BodyHandlers.ofString());
	}

	private static List<String> cursors(HttpResponse<String> page) {
		assertThat(page.statusCode()).isEqualTo(200);
		return cursors(page.body());
	}

	/**
	 * Each as channel and JSON, in the order of the page.
	 */
	private static List<String> cursors(String page) {
		return Pattern.compile("<script type=\"application/json\" data-realtime-channel=\"([^\"]*)\">([^<]*)</script>")
			.matcher(page)
			.results()
			.map((MatchResult cursor) -> {
				JsonNode json = JSON.readTree(cursor.group(2));
				return cursor.group(1) + " " + json;
			})
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Pages.class)
	static class Application {

		@Bean
		FailingBroker broker() {
			return new FailingBroker();
		}

	}

	/**
	 * Knows nothing of channels that are broken.
	 */
	static class FailingBroker extends DelegatingBroker {

		@Override
		public CompletableFuture<History> history(String channel, @Nullable Position since, int limit) {
			return channel.endsWith("_broken") ? failed() : super.history(channel, since, limit);
		}

		@Override
		public CompletableFuture<History> snapshot(String channel, @Nullable Position since, int limit) {
			return channel.endsWith("_broken") ? failed() : super.snapshot(channel, since, limit);
		}

		private static CompletableFuture<History> failed() {
			return CompletableFuture.failedFuture(new RealtimeUnavailableException("Away", null));
		}

	}

	@Controller
	static class Pages {

		private final RealtimeTemplate realtime;

		Pages(RealtimeTemplate realtime) {
			this.realtime = realtime;
		}

		@ModelAttribute
		void anything(@PathVariable Map<String, String> path) {
			if ("1".equals(path.get("id"))) {
				this.realtime.send("post_1", "between position and data");
			}
		}

		@GetMapping("/posts/{id}")
		@CursorOf("post_{id}")
		String post(@PathVariable String id) {
			this.realtime.send("post_" + id, "between position and data");
			return "cursors :: post";
		}

		@GetMapping("/later/{id}")
		@CursorOf("post_{id}")
		Callable<String> later(@PathVariable String id) {
			return () -> {
				this.realtime.send("post_" + id, "between position and data");
				return "cursors :: post";
			};
		}

		@GetMapping("/all/{name}")
		@CursorOf(value = { "post_{id}", "/all/{name}" }, state = "board_{id}")
		String all(@RequestParam String id) {
			return "cursors :: all";
		}

		@GetMapping("/redirect/{id}")
		@CursorOf("post_{id}")
		String redirect() {
			return "redirect:/posts/{id}";
		}

		@GetMapping("/body/{id}")
		@CursorOf("post_{id}")
		@ResponseBody
		String body() {
			return "body";
		}

		@GetMapping("/own/{id}")
		String own(@PathVariable String id, Model model) {
			PageCursor cursor = this.realtime.channel("post_" + id).cursor();
			this.realtime.send("post_" + id, "between position and data");
			model.addAttribute("cursor", cursor);
			return "cursors :: own";
		}

		@GetMapping("/values/{id}")
		String values(@PathVariable String id, Model model) {
			model.addAttribute("board", this.realtime.channel("board_" + id).state().cursor());
			return "cursors :: values";
		}

		@GetMapping("/forward/{id}")
		@CursorOf("other_{id}")
		String forward() {
			return "forward:/posts/7";
		}

		@GetMapping("/note/{id}")
		@CursorOf("/note/{id}")
		String note(@PathVariable String id) {
			return "cursors :: note";
		}

		@GetMapping("/both/{id}")
		@CursorOf("board_{id}")
		String both(@PathVariable String id) {
			this.realtime.send("board_" + id, "between position and data");
			return "cursors :: board";
		}

		@GetMapping("/board/{id}")
		String board(@PathVariable String id) {
			return "cursors :: board";
		}

	}

}
