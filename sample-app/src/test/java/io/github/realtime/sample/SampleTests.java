package io.github.realtime.sample;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.util.HtmlUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The site without JavaScript.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class SampleTests {

	private HttpVisitor visitor;

	private HttpVisitor other;

	@BeforeEach
	void arrive(@LocalServerPort int port) {
		this.visitor = new HttpVisitor(port);
		this.other = new HttpVisitor(port);
	}

	@Test
	void listWhenOpenedThenShowsEveryPostAtItsPosition() {
		HttpResponse<String> list = this.visitor.get("/");
		assertThat(list.statusCode()).isEqualTo(200);
		assertThat(list.body()).contains("Tell a whole story in six words")
			.containsPattern("data-channel=\"post_6\"\\s+data-epoch=\"\\w+\"\\s+data-offset=\"\\d+\"");
	}

	@Test
	void postWhenUnknownThenFriendly404() {
		HttpResponse<String> page = this.visitor.get("/posts/4711");
		assertThat(page.statusCode()).isEqualTo(404);
		assertThat(page.body()).contains("There is nothing here", "href=\"/\"");
	}

	@Test
	void voteWhenFormIsPostedThenCountsOncePerVisitorAndCanBeTakenBack() {
		int before = score(2);
		HttpResponse<String> page = this.visitor.post("/posts/2/votes", "vote", "UP");
		assertThat(page.uri().getPath()).isEqualTo("/posts/2");
		assertThat(page.body()).contains("value=\"NONE\" aria-pressed=\"true\"");
		this.visitor.post("/posts/2/votes", "vote", "UP");
		assertThat(score(2)).isEqualTo(before + 1);
		this.other.post("/posts/2/votes", "vote", "UP");
		assertThat(score(2)).isEqualTo(before + 2);
		this.visitor.post("/posts/2/votes", "vote", "DOWN");
		assertThat(score(2)).isEqualTo(before);
		page = this.visitor.post("/posts/2/votes", "vote", "NONE");
		assertThat(page.body()).doesNotContain("aria-pressed=\"true\"");
		assertThat(score(2)).isEqualTo(before + 1);
	}

	@Test
	void voteWhenNotOneThenRefused() {
		assertThat(this.visitor.post("/posts/2/votes", "vote", "SIDEWAYS").statusCode()).isEqualTo(400);
		assertThat(this.visitor.post("/posts/4711/votes", "vote", "UP").statusCode()).isEqualTo(404);
	}

	@Test
	void pollWhenVotedThenCountsOncePerVisitorWhoMayChangeTheirMind() {
		assertThat(this.visitor.get("/poll").body()).contains("What shall we name the office plant?")
			.doesNotContain("aria-pressed=\"true\"");
		HttpResponse<String> page = this.visitor.post("/poll/votes", "option", "Chloe Phyll");
		assertThat(page.uri().getPath()).isEqualTo("/poll");
		assertThat(page.body()).containsPattern("data-option=\"Chloe Phyll\"[^>]*aria-pressed=\"true\"");
		this.visitor.post("/poll/votes", "option", "Chloe Phyll");
		this.other.post("/poll/votes", "option", "Fernanda");
		assertThat(count("Chloe Phyll")).isEqualTo("1");
		assertThat(this.visitor.post("/poll/votes", "option", "Fernanda").body()).contains("100 %", "--share: 100%");
		assertThat(count("Chloe Phyll")).isEqualTo("0");
		assertThat(count("Fernanda")).isEqualTo("2");
		assertThat(this.visitor.post("/poll/votes", "option", "Ficus").statusCode()).isEqualTo(400);
	}

	private String count(String option) {
		Matcher count = Pattern.compile("data-option=\"" + option + "\".*?class=\"count\">(\\d+)<", Pattern.DOTALL)
			.matcher(this.other.get("/poll").body());
		assertThat(count.find()).isTrue();
		return count.group(1);
	}

	@Test
	void commentWhenFormIsPostedThenOnThePageForEverybody() {
		HttpResponse<String> page = this.visitor.post("/posts/3/comments", "text", " Milk,\r\nthen more milk. ");
		assertThat(page.uri().getPath()).isEqualTo("/posts/3");
		assertThat(page.body()).contains(">Milk,\nthen more milk.</p>", "class=\"comment mine\"");
		assertThat(this.other.get("/posts/3").body()).contains(">Milk,\nthen more milk.</p>")
			.doesNotContain("class=\"comment mine\"");
		assertThat(this.other.get("/posts/3/state").body()).contains("\"count\":2", "Milk,\\nthen more milk.");
	}

	@Test
	void commentWhenItHoldsMarkupThenEscaped() {
		String page = this.visitor.post("/posts/4/comments", "text", "<script>alert('\"&')</script>").body();
		assertThat(page).contains("&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;")
			.doesNotContain("<script>alert");
	}

	@Test
	void commentWhenTooLongOrEmptyThenSaysSoAndKeepsTheText() {
		HttpResponse<String> page = this.visitor.post("/posts/5/comments", "text", "<b>" + "é".repeat(500));
		assertThat(page.statusCode()).isEqualTo(422);
		assertThat(page.body()).contains("please leave out 3 characters",
				"&lt;b&gt;" + "é".repeat(500) + "</textarea>");
		assertThat(this.visitor.post("/posts/5/comments", "text", " \r\n ").statusCode()).isEqualTo(422);
		assertThat(this.visitor.post("/posts/5/comments", "text", "é".repeat(499) + "\r\n").statusCode())
			.isEqualTo(200);
	}

	@Test
	void commentWhenManyThenTheNewestAreKept() {
		for (int i = 1; i <= 210; i++) {
			this.visitor.post("/posts/6/comments", "text", "comment number " + i + ".");
		}
		String page = this.visitor.get("/posts/6").body();
		assertThat(page).contains("<span class=\"count\">200</span>", "comment number 210.", "comment number 11.")
			.doesNotContain("comment number 10.");
		assertThat(page.indexOf("comment number 210.")).isLessThan(page.indexOf("comment number 11."));
	}

	@Test
	void cookieWhenMadeUpThenReplaced() {
		assertThat(this.visitor.get("/").headers().allValues("Set-Cookie"))
			.filteredOn((cookie) -> cookie.startsWith("visitor="))
			.singleElement()
			.asString()
			.contains("HttpOnly", "SameSite=Lax");
		assertThat(this.visitor.get("/").headers().allValues("Set-Cookie")).isEmpty();
	}

	@Test
	void howThisWorksWhenShownThenEverySnippetIsInTheSources() throws IOException {
		List<String> shown = new ArrayList<>();
		Matcher figures = Pattern.compile("<figcaption>([^<]+)</figcaption><pre[^>]*><code>([^<]+)</code>")
			.matcher(this.visitor.get("/how").body());
		while (figures.find()) {
			String snippet = HtmlUtils.htmlUnescape(figures.group(2));
			assertThat(unindented(source(figures.group(1)))).contains(unindented(snippet));
			shown.add(snippet);
		}
		assertThat(shown).hasSize(22).allMatch((snippet) -> snippet.lines().count() >= 2);
		assertThat(String.join("\n", shown)).contains("realtime.send(", "@Scheduled", "onGap", "data-offset",
				"state.increment(");
	}

	@Test
	void healthWhenThereIsNoRedisThenUp() {
		assertThat(this.visitor.get("/actuator/health").body()).contains("\"status\":\"UP\"");
	}

	private int score(int id) {
		Matcher score = Pattern.compile("class=\"score\"[^>]*>(-?\\d+)<")
			.matcher(this.other.get("/posts/" + id).body());
		assertThat(score.find()).isTrue();
		return Integer.parseInt(score.group(1));
	}

	private static String source(String name) throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
			return Files.readString(
					files.filter((file) -> file.getFileName().toString().equals(name)).findFirst().orElseThrow());
		}
	}

	private static String unindented(String code) {
		return code.replaceAll("(?m)^[ \\t]+", "");
	}

}
