package io.github.realtime.client;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.SendOptions;
import io.github.realtime.broker.Broker;
import io.github.realtime.browser.Browser;
import io.github.realtime.testing.RedisServer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the documentation shows does what it says.
 */
class DocumentationTests {

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final Server server = new Server().with(Pages.class).with(voteController());

	@Test
	void readmeWhenItsPageIsOpenTwiceThenPressingTheButtonChangesTheScoreInBoth() throws Exception {
		show("readme", Documentation.of("README.md").blocks("html").get(0));
		ClientPage mine = open(browser.visitor(), "readme");
		ClientPage yours = open(browser.visitor(), "readme");
		for (ClientPage page : List.of(mine, yours)) {
			assertThat(page.page().locator("#score")).hasText("0");
			ClientPage.await(() -> {
				page.evaluate("0");
				assertThat(page.frames()).anyMatch((frame) -> frame.contains("\"subscribed\""));
			});
		}
		for (int presses = 1; presses <= 2; presses++) {
			mine.page().locator("button").click();
			assertThat(mine.page().locator("#score")).hasText("" + presses);
			assertThat(yours.page().locator("#score")).hasText("" + presses);
		}
	}

	@Test
	void readmeWhenItHasBlocksThenEachKindIsTriedSomewhere() throws IOException {
		// xml, java, html and yaml make the application of the starter's integration test
		assertThat(Documentation.of("README.md").languages()).containsExactlyInAnyOrder("shell", "xml", "java", "html",
				"yaml", "js");
	}

	@Test
	void readmeWhenItNamesCommandsThenTheyAreThoseOfThisBuild() throws IOException {
		assertThat(Documentation.of("README.md").blocks("shell")).containsExactly(
				"./mvnw -pl sample-app -am spring-boot:run\n", "./mvnw verify\n", "sample-app/two-instances.sh\n");
		assertThat(Path.of("../sample-app/two-instances.sh")).isExecutable();
		assertThat(Path.of("../mvnw")).isExecutable();
		assertThat(Path.of("../sample-app/pom.xml")).isRegularFile();
		assertThat(Documentation.of("pom.xml").text()).contains("<module>sample-app</module>",
				"<spring-boot.run.skip>true</spring-boot.run.skip>");
		assertThat(Documentation.of("sample-app/pom.xml").text()).contains("<spring-boot.run.skip>false<",
				"<artifactId>spring-boot-maven-plugin</artifactId>");
		assertThat(Documentation.of(".ci/run").text()).containsPattern("(?m)^maven=\\(\\./mvnw ")
			.containsPattern("(?m)^\"\\$\\{maven\\[@]}\" verify$");
	}

	@Test
	void readmeWhenItsValueIsIncrementedInJavaThenEveryPageShowsIt() throws IOException {
		Documentation readme = Documentation.of("README.md");
		assertThat(readme.text()).contains("realtime.channel(\"post_42\").state().increment(\"likes\", 1)");
		show("likes", module(readme.blocks("js").get(0)));
		Page page = browser.visitor().newPage();
		page.navigate(server.url("/show/likes"));
		assertThat(page).hasTitle("0 likes");
		server.realtime().channel("post_42").state().increment("likes", 1);
		assertThat(page).hasTitle("1 likes");
	}

	@Test
	void stateDocumentationWhenItsJavaRunsThenItsPageShowsTheScore() throws Exception {
		Documentation state = Documentation.of("docs/state.md");
		show("board", module(state.blocks("js").get(0)));
		Page page = browser.visitor().newPage();
		page.navigate(server.url("/show/board"));
		assertThat(page).hasTitle("Score: 0");
		compile("Board", """
				package app;

				import java.util.Map;

				import io.github.realtime.ChannelState;
				import io.github.realtime.RealtimeTemplate;
				import io.github.realtime.Versioned;
				import tools.jackson.databind.JsonNode;

				public class Board {

					public static Map<String, JsonNode> play(RealtimeTemplate realtime) {
						%s
						return all;
					}

				}
				""".formatted(state.blocks("java").get(0))).getMethod("play", RealtimeTemplate.class)
			.invoke(null, server.realtime());
		assertThat(page).hasTitle("Score: 43");
		assertThat(server.realtime().channel("board_42").state().getAll())
			.hasToString("{title=\"Six other words\", score=43, tags=[\"new\"], ayes=1, noes=-1}");
	}

	@Test
	void stateAndPresenceDocumentationWhenTheirBeansAreCompiledThenTheyAreRight() throws Exception {
		Documentation presence = Documentation.of("docs/presence.md");
		compile("Beans", """
				package app;

				import java.util.List;
				import java.util.Map;
				import java.util.Set;

				import io.github.realtime.ChannelPresence;
				import io.github.realtime.Member;
				import io.github.realtime.PresenceInfo;
				import io.github.realtime.RealtimeTemplate;
				import io.github.realtime.RefusedException;
				import io.github.realtime.state.StateHandler;
				import org.springframework.context.annotation.Bean;

				public class Beans {

					%s

					%s

					void read(RealtimeTemplate realtime) {
						%s
					}

					interface Boards {

						Object find(String id, String key);

						void open(String id);

						void save(String id);

					}

					interface Profiles {

						String nameOf(String user);

					}

				}
				""".formatted(Documentation.of("docs/state.md").blocks("java").get(1), presence.blocks("java").get(1),
				presence.blocks("java").get(0)));
	}

	@Test
	void clientDocumentationWhenItsFirstBlockRunsThenMessagesAreLogged() throws IOException {
		show("first", module(Documentation.of("docs/client.md").blocks("js").get(0)));
		List<String> logged = new ArrayList<>();
		Page page = browser.visitor().newPage();
		page.onConsoleMessage((ConsoleMessage message) -> logged.add(message.text()));
		page.navigate(server.url("/show/first"));
		ClientPage.await(() -> {
			server.send("post_42", Map.of("score", 7));
			page.evaluate("0");
			assertThat(logged).contains("7");
		});
	}

	@Test
	void clientDocumentationWhenPageWasRenderedAtAPositionThenGetsWhatCameAfterIt() throws IOException {
		List<String> blocks = Documentation.of("docs/client.md").blocks("js");
		assertThat(blocks).as("each block has its test, those of the state in realtime-client").hasSize(4);
		show("rendered", "<body>" + server.realtime().channel("post_42").cursor() + module("""
				import { connectRealtime } from '/realtime/client.js';
				const onMessage = ({ score }) => (document.title += ` ${score}`);
				""" + blocks.get(1)));
		server.send("post_42", Map.of("score", 1), Map.of("score", 2));
		Page page = browser.visitor().newPage();
		page.navigate(server.url("/show/rendered"));
		assertThat(page).hasTitle("Shown 1 2");
		// More than the history: the page is fetched afresh, as of now
		page.navigate("about:blank");
		server.send("post_42", new Object[101]);
		Page late = browser.visitor().newPage();
		late.route("**/realtime/client.js", (route) -> {
			show("rendered", "afresh");
			route.resume();
		});
		late.navigate(server.url("/show/rendered"));
		assertThat(late.locator("body")).hasText("afresh");
	}

	@Test
	void pagesDocumentationWhenItsHandlerMethodsAreCompiledThenTheyAreRight() throws IOException {
		List<String> methods = Documentation.of("docs/pages.md").blocks("java");
		compile("PageController", """
				package app;

				import io.github.realtime.annotation.CursorOf;
				import io.github.realtime.RealtimeTemplate;

				import org.springframework.ui.Model;
				import org.springframework.web.bind.annotation.GetMapping;
				import org.springframework.web.bind.annotation.PathVariable;

				public class PageController {

					RealtimeTemplate realtime;

					Posts posts;

					%s

					%s

					interface Posts {

						Object find(long id);

					}

				}
				""".formatted(methods.get(0), methods.get(1)));
	}

	@Test
	void operationsWhenItNamesAUserAndKeysThenThatUserMayDoAllAndThereAreNoOtherKeys() throws Exception {
		Documentation operations = Documentation.of("docs/operations.md");
		Matcher user = Pattern.compile("user realtime .*").matcher(operations.text());
		assertThat(user.find()).isTrue();
		try (RedisServer redis = RedisServer.start(user.group().replace(">password", ">secret"));
				ConfigurableApplicationContext application = ClientApplication.builder(0)
					.run("--spring.data.redis.url=redis://realtime:secret@" + redis.address(),
							"--spring.application.name=live-post")) {
			RealtimeTemplate realtime = application.getBean(RealtimeTemplate.class);
			application.getBean(Broker.class).subscribe("post_42").get(60, TimeUnit.SECONDS);
			realtime.send("post_42", 1);
			realtime.send("post_42", 2, SendOptions.defaults().idempotencyKey("a"));
			assertThat(realtime.channel("post_42").history(10)).hasSize(2);
			realtime.channel("board_42").state().set("title", "Six words");
			assertThat(redis.reply("PTTL", "live-post:{board_42}:state")).isEqualTo(-1L);
			assertThat(redis.reply("PTTL", "live-post:{board_42}:numbering")).isEqualTo(-1L);
			redis.cli("DEL", "live-post:{board_42}:state", "live-post:{board_42}:numbering",
					"live-post:{board_42}:history");
			Map<String, Duration> lifetimes = Map.of("live-post:{post_42}:numbering", Duration.ofHours(24),
					"live-post:{post_42}:history", Duration.ofMinutes(5), "live-post:{post_42}:sent:a",
					Duration.ofMinutes(5));
			assertThat(redis.reply("KEYS", "*")).asInstanceOf(InstanceOfAssertFactories.LIST)
				.containsExactlyInAnyOrderElementsOf(lifetimes.keySet());
			lifetimes.forEach((key, lifetime) -> {
				assertThat(Duration.ofMillis((Long) redis.reply("PTTL", key))).isBetween(lifetime.minusMinutes(2),
						lifetime);
				assertThat(operations.text()).contains(key.replace("live-post", "<namespace>")
					.replace("post_42", "<channel>")
					.replaceAll(":a$", ":<key>"));
			});
			assertThat(redis.reply("PUBSUB", "CHANNELS")).asInstanceOf(InstanceOfAssertFactories.LIST)
				.hasSize(3)
				.contains("live-post:{post_42}:relay", "live-post:instances")
				.anyMatch((name) -> name.toString().startsWith("live-post:{0}:probe:"));
		}
	}

	/**
	 * Compiles what the README shows.
	 */
	private static Class<?> voteController() {
		try {
			return compile("VoteController", """
					package app;

					import java.util.Map;
					import java.util.concurrent.atomic.AtomicInteger;

					import io.github.realtime.RealtimeTemplate;

					import org.springframework.web.bind.annotation.PostMapping;
					import org.springframework.web.bind.annotation.RestController;

					""" + Documentation.of("README.md").blocks("java").get(0));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Class<?> compile(String name, String text) throws IOException {
		try {
			Path target = Files.createDirectories(Path.of("target/documentation"));
			Path source = Files.writeString(target.resolve(name + ".java"), text);
			assertThat(ToolProvider.getSystemJavaCompiler()
				.run(null, null, null, "-d", target.toString(), "-cp", System.getProperty("java.class.path"),
						"-proc:none", source.toString()))
				.as("compiler's status")
				.isZero();
			return new URLClassLoader(new URL[] { target.toUri().toURL() }, DocumentationTests.class.getClassLoader())
				.loadClass("app." + name);
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ClientPage open(BrowserContext visitor, String name) {
		return ClientPage.open(visitor, server.url("/show/" + name));
	}

	private static void show(String name, String html) {
		server.bean(Pages.class).html.put(name, html);
	}

	private static String module(String script) {
		return "<title>Shown</title><script type='module'>" + script + "</script>";
	}

	@RestController
	static class Pages {

		private final Map<String, String> html = new ConcurrentHashMap<>();

		@GetMapping(path = "/show/{name}", produces = MediaType.TEXT_HTML_VALUE)
		String show(@PathVariable String name) {
			return this.html.get(name);
		}

		@GetMapping("/favicon.ico")
		@ResponseStatus(HttpStatus.NO_CONTENT)
		void icon() {
		}

	}

}
