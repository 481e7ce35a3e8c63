package io.github.realtime.browser;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Chromium of this machine. Without one the tests are skipped, or fail where
 * {@code REQUIRE_BROWSER} is {@code true}. After every test there must have been no error
 * on any page's console and no request to another host.
 */
public final class Browser implements ExecutionCondition, BeforeAllCallback, AfterEachCallback, AfterAllCallback {

	private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

	private static final List<String> FLAGS = List.of("--no-sandbox", "--disable-gpu",
			"--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run");

	private static final String MISSING = "none of " + String.join(", ", NAMES) + " is on the PATH";

	private static final Predicate<String> NOTHING = (text) -> false;

	/** How long a page may take for anything: the machine may be busy. */
	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final List<String> withoutFlags;

	private final List<BrowserContext> contexts = new ArrayList<>();

	private final List<String> faults = new ArrayList<>();

	private Playwright playwright;

	private com.microsoft.playwright.Browser browser;

	private Predicate<String> alwaysAllowed = NOTHING;

	private Predicate<String> allowed = NOTHING;

	public Browser() {
		this(List.of());
	}

	private Browser(List<String> withoutFlags) {
		this.withoutFlags = withoutFlags;
	}

	/**
	 * A browser that keeps the pages one leaves, and shows them as they were. The driver
	 * turns that off otherwise.
	 */
	public static Browser withBackForwardCache() {
		return new Browser(List.of("--disable-back-forward-cache"));
	}

	@Override
	public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
		if (find().isPresent() || Boolean.parseBoolean(System.getenv("REQUIRE_BROWSER"))) {
			return ConditionEvaluationResult.enabled(null);
		}
		System.out.println("SKIPPED: " + context.getDisplayName() + ", because " + MISSING);
		return ConditionEvaluationResult.disabled(MISSING);
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		Path executable = find().orElseThrow(() -> new IllegalStateException(MISSING));
		this.playwright = Playwright
			.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
		this.browser = this.playwright.chromium()
			.launch(new LaunchOptions().setExecutablePath(executable)
				.setArgs(FLAGS)
				.setTimeout(2 * PATIENCE.toMillis())
				.setIgnoreDefaultArgs(this.withoutFlags));
		PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
	}

	/**
	 * Somebody's browser, with cookies of its own.
	 */
	public BrowserContext visitor() {
		return visitor(new com.microsoft.playwright.Browser.NewContextOptions());
	}

	public BrowserContext visitor(com.microsoft.playwright.Browser.NewContextOptions options) {
		BrowserContext context = this.browser.newContext(options);
		context.setDefaultTimeout(PATIENCE.toMillis());
		context.onPage(this::watch);
		this.contexts.add(context);
		return context;
	}

	/**
	 * Says what the pages of all tests of the class may have on their consoles, or may
	 * throw.
	 */
	public Browser allowing(String pattern) {
		this.alwaysAllowed = Pattern.compile(pattern).asPredicate();
		this.allowed = this.alwaysAllowed;
		return this;
	}

	/**
	 * What this test's pages may have on their consoles, such as a connection that
	 * failed, or may throw.
	 */
	public void consoleMayHold(String pattern) {
		this.allowed = Pattern.compile(pattern).asPredicate();
	}

	private void watch(Page page) {
		page.onConsoleMessage((message) -> {
			boolean error = message.type().equals("error") || message.type().equals("warning");
			if (error && !this.allowed.test(message.text())) {
				this.faults.add("Console: " + message.text() + " (" + message.location() + ")");
			}
		});
		page.onPageError((error) -> {
			if (!this.allowed.test(error)) {
				this.faults.add("Error: " + error);
			}
		});
		page.onRequest((request) -> checkHost(request.url()));
		page.onWebSocket((socket) -> checkHost(socket.url()));
	}

	private void checkHost(String url) {
		String host = URI.create(url.startsWith("data:") ? "data:" : url).getHost();
		if (host != null && !host.equals("localhost")) {
			this.faults.add("Request to another host: " + url);
		}
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.contexts.forEach(BrowserContext::close);
		this.contexts.clear();
		this.allowed = this.alwaysAllowed;
		List<String> faults = List.copyOf(this.faults);
		this.faults.clear();
		assertThat(faults).isEmpty();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		if (this.playwright != null) {
			this.playwright.close();
		}
	}

	private static Optional<Path> find() {
		List<String> directories = List.of(System.getenv("PATH").split(File.pathSeparator));
		return NAMES.stream()
			.flatMap((name) -> directories.stream().map((directory) -> Path.of(directory, name)))
			.filter(Files::isExecutable)
			.findFirst();
	}

}
