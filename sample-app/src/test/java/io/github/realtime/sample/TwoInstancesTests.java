package io.github.realtime.sample;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import io.github.realtime.browser.Browser;
import io.github.realtime.testing.FreePorts;
import io.github.realtime.testing.JavaProcess;
import io.github.realtime.testing.Redis;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The site as two instances, each in a JVM of its own, with one Redis.
 */
class TwoInstancesTests {

	private static final HasTextOptions RECONNECTED = new HasTextOptions().setTimeout(120_000);

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server();

	private static Instance one;

	private static Instance other;

	@BeforeAll
	static void start() {
		one = redis.open(new Instance());
		other = redis.open(new Instance());
		one.awaitReady();
		other.awaitReady();
	}

	@Test
	void pageWhenSomethingHappensOnTheOtherInstanceThenShowsItLiveAndAfterAReload() {
		BrowserContext me = browser.visitor();
		Page mine = one.open(me, "/posts/1");
		Page yours = other.open(browser.visitor(), "/posts/1");
		Page list = other.open(browser.visitor(), "/");
		assertThat(score(mine)).hasText("42");
		up(mine).click();
		comment(mine, "From one.");
		assertThat(newestComment(yours)).hasText("From one.");
		comment(yours, "From the other.");
		for (int i = 0; i < 2; i++) {
			for (Page page : List.of(mine, yours)) {
				assertThat(score(page)).hasText("43");
				assertThat(page.locator(".comment .text").nth(0)).hasText("From the other.");
				assertThat(page.locator(".comment .text").nth(1)).hasText("From one.");
				assertThat(page.locator(".comment")).hasCount(5);
				assertThat(page.locator("h2 .count")).hasText("5");
			}
			assertThat(up(mine)).hasAttribute("aria-pressed", "true");
			assertThat(up(yours)).hasAttribute("aria-pressed", "false");
			assertThat(list.locator("[data-channel=post_1] .score")).hasText("43");
			assertThat(list.locator("[data-channel=post_1] .count")).hasText("5");
			Stream.of(mine, yours, list).forEach(Page::reload);
		}
		Page mineOnTheOther = other.open(me, "/posts/1");
		assertThat(up(mineOnTheOther)).hasAttribute("aria-pressed", "true");
		up(mineOnTheOther).click();
		assertThat(up(mine)).hasAttribute("aria-pressed", "false");
		for (Page page : List.of(mine, yours, mineOnTheOther)) {
			assertThat(score(page)).hasText("42");
			assertThat(page.locator(".ticker .windows")).hasText("4");
		}
	}

	@Test
	void pageWhenManyVoteAndCommentOnBothInstancesAtOnceThenAllShowTheSame() throws Exception {
		List<Page> pages = List.of(one.open(browser.visitor(), "/posts/2"), other.open(browser.visitor(), "/posts/2"));
		int before = Integer.parseInt(score(pages.get(0)).textContent());
		ExecutorService threads = Executors.newFixedThreadPool(20);
		List<Future<?>> visits = new ArrayList<>();
		IntStream.range(0, 40).forEach((i) -> visits.add(threads.submit(() -> {
			HttpVisitor visitor = new HttpVisitor(((i % 2 == 0) ? one : other).port);
			visitor.post("/posts/2/votes", "vote", "UP");
			visitor.post("/posts/2/comments", "text", "comment " + i);
		})));
		for (Future<?> visit : visits) {
			visit.get();
		}
		threads.shutdown();
		for (Page page : pages) {
			assertThat(score(page)).hasText("" + (before + 40));
			assertThat(page.locator("h2 .count")).hasText("42");
			assertThat(page.locator(".comment")).hasCount(42);
		}
		List<String> comments = pages.get(0).locator(".comment .text").allTextContents();
		assertThat(comments).contains(IntStream.range(0, 40).mapToObj((i) -> "comment " + i).toArray(String[]::new));
		assertThat(pages.get(1).locator(".comment .text").allTextContents()).isEqualTo(comments);
		pages.get(1).reload();
		assertThat(pages.get(1).locator(".comment .text").allTextContents()).isEqualTo(comments);
	}

	@Test
	void pageWhenItsInstanceIsKilledAndStartedAgainThenShowsWhatHappenedOnTheOther() {
		browser.consoleMayHold("net::ERR_|WebSocket connection to .* failed");
		Page page = one.open(browser.visitor(), "/posts/3");
		int before = Integer.parseInt(score(page).textContent());
		one.process.kill();
		assertThat(page.locator(".status")).hasText("Reconnecting…");
		HttpVisitor visitor = new HttpVisitor(other.port);
		visitor.post("/posts/3/votes", "vote", "UP");
		visitor.post("/posts/3/comments", "text", "While you were away.");
		one.process.restart();
		one.awaitReady();
		assertThat(page.locator(".status")).hasText("Live", RECONNECTED);
		assertThat(score(page)).hasText("" + (before + 1));
		assertThat(newestComment(page)).hasText("While you were away.");
	}

	@Test
	void chatWhenSignedInOnBothInstancesThenOneIsSignedInOnEach() {
		BrowserContext visitor = browser.visitor();
		Page ann = Site.signIn(one.open(visitor, "/chat"), "ann");
		Page ben = Site.signIn(other.open(visitor, "/chat"), "ben");
		for (Page page : List.of(ann, ben)) {
			assertThat(page.locator(".people li")).hasCount(2);
			page.reload();
			assertThat(page.locator(".status")).hasText("Live");
		}
		ann.locator("#text").fill("From one instance to the other.");
		ann.locator("#say button").click();
		assertThat(ben.locator(".room li").last()).hasText("ann From one instance to the other.");
	}

	@Test
	void startWhenThereIsRedisThenTheLogSaysWhereAndNothingOfRepositories() {
		assertThat(other.process.output())
			.contains("Realtime uses the broker in Redis, under the namespace 'live-post'")
			.doesNotContain("Spring Data");
	}

	@Test
	void scriptWhenRunThenTwoInstancesShareARedisAndAllEndsWithIt(@TempDir Path home) throws Exception {
		Path sample = Files.createDirectories(home.resolve("sample-app/target")).getParent();
		Files.copy(Path.of("two-instances.sh"), sample.resolve("two-instances.sh"), COPY_ATTRIBUTES);
		// In place of the build
		Files.writeString(home.resolve("mvnw"), "#!/bin/sh\n");
		assertThat(home.resolve("mvnw").toFile().setExecutable(true)).isTrue();
		writeJar(sample.resolve("target/sample-app-test.jar"));
		List<Integer> ports = List.of(FreePorts.next(), FreePorts.next());
		ProcessBuilder script = new ProcessBuilder("sample-app/two-instances.sh", "" + ports.get(0), "" + ports.get(1))
			.directory(home.toFile())
			.redirectErrorStream(true)
			.redirectOutput(Path.of("target/two-instances.log").toFile());
		script.environment().merge("PATH", System.getProperty("java.home") + "/bin:", (path, java) -> java + path);
		int redisPort = FreePorts.next();
		if (Redis.INSTALLED.isAvailable()) {
			script.environment().put("REDIS_PORT", "" + redisPort);
		}
		else {
			script.environment().put("REDIS_URL", redis.get().uri());
		}
		Process process = script.start();
		try {
			await().atMost(5, TimeUnit.MINUTES).until(() -> ports.stream().allMatch(TwoInstancesTests::isListening));
			HttpVisitor visitor = new HttpVisitor(ports.get(0));
			visitor.post("/posts/4/comments", "text", "By the script.");
			assertThat(new HttpVisitor(ports.get(1)).get("/posts/4").body()).contains("By the script.");
			List<ProcessHandle> started = process.descendants().toList();
			assertThat(started).hasSizeGreaterThanOrEqualTo(2);
			process.destroy();
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
			assertThat(started).noneMatch(ProcessHandle::isAlive);
		}
		finally {
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly();
		}
	}

	private static boolean isListening(int port) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Makes a jar that runs the sample from this class path.
	 */
	private static void writeJar(Path path) throws IOException {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, SampleApplication.class.getName());
		manifest.getMainAttributes()
			.put(Attributes.Name.CLASS_PATH,
					Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
						.map((entry) -> Path.of(entry).toUri().toString())
						.collect(Collectors.joining(" ")));
		new JarOutputStream(Files.newOutputStream(path), manifest).close();
	}

	private static Locator score(Page page) {
		return page.locator(".votes .score");
	}

	private static Locator up(Page page) {
		return page.locator("[data-vote=UP]");
	}

	private static Locator newestComment(Page page) {
		return page.locator(".comment .text").first();
	}

	private static void comment(Page page, String text) {
		page.locator("textarea").fill(text);
		page.locator(".write button").click();
	}

	private static final class Instance implements AutoCloseable {

		private final int port = FreePorts.next();

		private final JavaProcess process = JavaProcess.start(SampleApplication.class, "--spring.profiles.active=redis",
				"--server.port=" + this.port, "--REDIS_URL=" + redis.get().uri());

		private void awaitReady() {
			this.process.awaitPort(this.port);
		}

		/**
		 * Opens a window and waits until it is live.
		 */
		private Page open(BrowserContext visitor, String path) {
			Page page = visitor.newPage();
			page.navigate("http://localhost:" + this.port + path);
			assertThat(page.locator(".status")).hasText("Live");
			return page;
		}

		@Override
		public void close() {
			this.process.close();
		}

	}

}
