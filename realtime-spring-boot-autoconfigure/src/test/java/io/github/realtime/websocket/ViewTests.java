package io.github.realtime.websocket;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.RealtimeException;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RenderOptions;
import io.github.realtime.annotation.ClientId;
import io.github.realtime.annotation.RendersView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Live views, as the wire and controllers see them.
 */
@EachContainer
class ViewTests {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with(Application.class)
		.with("server.servlet.context-path=/app", "spring.thymeleaf.prefix=classpath:/views/");

	private static RawClient client(String... headers) {
		return server.client("/app/realtime", headers);
	}

	@Test
	void renderReachesThePagesOfTheKeyAndNoOthers() {
		try (RawClient page = client(); RawClient other = client()) {
			page.subscribe("/note/a%20b");
			other.subscribe("/note/b");
			server.realtime().render("/note/a b");
			page.await("refresh", RawClient.type("refresh"));
			other.sync();
			assertThat(other.lines(RawClient.type("refresh"))).isEmpty();
		}
	}

	@Test
	void renderWhenAPageWasAwayThenIsRecovered() {
		try (RawClient page = client(); RawClient back = client()) {
			var position = page.subscribe("/away");
			server.realtime().render("/away");
			assertThat(back.subscribe("/away", position).get("recovered").booleanValue()).isTrue();
			back.await("refresh", RawClient.type("refresh"));
		}
	}

	@Test
	void renderWithIncludeAndExcludeReachesThoseClients() {
		try (RawClient one = client(); RawClient two = client(); RawClient three = client()) {
			List<RawClient> clients = List.of(one, two, three);
			clients.forEach((client) -> client.subscribe("/some"));
			server.realtime().render("/some", RenderOptions.defaults().exclude(one.clientId(), two.clientId()));
			server.realtime().render("/some", RenderOptions.defaults().include(one.clientId(), two.clientId()));
			server.realtime()
				.render("/some", RenderOptions.push("fragments :: note", Map.of()).include(three.clientId()));
			clients.forEach((client) -> client.awaitAll(3, "publication", (line) -> line.path("offset").asInt() > 0
					&& line.path("channel").asString("").equals("/some") && !RawClient.type("subscribed").test(line)));
			assertThat(clients).extracting((client) -> types(client))
				.containsExactly(List.of("position", "refresh", "position"), List.of("position", "refresh", "position"),
						List.of("refresh", "position", "html"));
		}
	}

	private static List<String> types(RawClient client) {
		return client.lines((line) -> line.path("offset").asInt() > 0)
			.stream()
			.map((line) -> line.get("type").stringValue())
			.toList();
	}

	@Test
	void pushRendersAFragmentOnceWithoutAnybodysRequest() {
		Locale before = Locale.getDefault();
		Locale.setDefault(Locale.GERMANY);
		// Somebody's, whose request causes it
		LocaleContextHolder.setLocale(Locale.US);
		try (RawClient page = client()) {
			page.subscribe("/pushed");
			server.realtime()
				.render("/pushed", RenderOptions.push("fragments :: note", Map.of("text", "<b>&", "number", 1234.5)));
			JsonNode html = page.await("html", RawClient.type("html"));
			assertThat(html.get("target").stringValue()).isEqualTo("#note");
			assertThat(html.get("html").stringValue()).isEqualTo("""
					<p id="note"><span>&lt;b&gt;&amp;</span> <a href="/app/notes/7">1.234,50</a></p>""");
		}
		finally {
			assertThat(LocaleContextHolder.getLocale()).isEqualTo(Locale.US);
			assertThat(RequestContextHolder.getRequestAttributes()).isNull();
			LocaleContextHolder.resetLocaleContext();
			Locale.setDefault(before);
		}
	}

	@Test
	void pushWhenThereIsNoSuchViewOrItFailsThenThrowsAndTellsNobody() {
		assertThatExceptionOfType(RealtimeException.class)
			.isThrownBy(() -> server.realtime().render("/bad", RenderOptions.push("nowhere", Map.of())))
			.withMessageContaining("'nowhere'");
		assertThatExceptionOfType(RealtimeException.class)
			.isThrownBy(() -> server.realtime().render("/bad", RenderOptions.push("fragments :: broken", Map.of())))
			.withMessageContaining("fragments :: broken");
		assertThat(server.realtime().channel("/bad").position().offset()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "/notes/1, 200, /note/1, true", "/notes/a%20b, 200, /note/a%20b, true",
			"/redirect/7, 302, /note/9, true", "/parameter?id=2, 200, /note/2, true", "/later/3, 200, /note/3, true",
			"/two/4, 200, /note/4, true", "/refused/5, 422, /note/5, false", "/status/6, 404, /note/6, false",
			"/throws/7, 409, /note/7, false", "/later/throws/8, 409, /note/8, false",
			"/nowhere/10, 404, /note/10, false", "/unnamed, 200, /note/, false" })
	void handlerMethodRendersItsViewsUnlessItFails(String path, int status, String key, boolean rendered) {
		try (RawClient page = client()) {
			page.subscribe(key);
			Requests requests = server.context().getBean(Requests.class);
			int before = requests.completed.get();
			assertThat(post(path, "").statusCode()).isEqualTo(status);
			// The response may be here before that
			await().untilAsserted(() -> assertThat(requests.completed.get()).isEqualTo(before + 1));
			page.sync();
			assertThat(page.lines(RawClient.type("refresh"))).hasSize(rendered ? 1 : 0);
		}
	}

	@Test
	void clientIdIsThatOfThePageAndOfItsUser() {
		try (RawClient anonymous = client(); RawClient ada = client("X-User", "ada")) {
			String token = anonymous.welcome().get("resume").stringValue();
			String adas = ada.welcome().get("resume").stringValue();
			assertThat(post("/who", "", "X-Realtime-Client", token).body()).isEqualTo(anonymous.clientId());
			assertThat(post("/who", "_realtimeClient=" + token).body()).isEqualTo(anonymous.clientId());
			assertThat(post("/who", "", "X-Realtime-Client", adas, "X-User", "ada").body()).isEqualTo(ada.clientId());
			for (String user : List.of("bob", "")) {
				assertThat(post("/who", "", "X-Realtime-Client", adas, "X-User", user).body()).isNotIn(ada.clientId(),
						anonymous.clientId());
			}
			for (String nothing : List.of(" ", "a b", "x".repeat(65))) {
				assertThat(post("/who", "", "X-Realtime-Client", nothing).body()).isEqualTo("nobody");
			}
			assertThat(post("/who", "").body()).isEqualTo("nobody");
			// The id itself is known to others
			assertThat(post("/who", "", "X-Realtime-Client", ada.clientId()).body()).isNotEqualTo(ada.clientId());
		}
	}

	@Test
	void excludeByTheClientIdOfARequestLeavesOutThatPage() {
		try (RawClient page = client("X-User", "ada"); RawClient other = client()) {
			page.subscribe("/shared");
			other.subscribe("/shared");
			String token = page.welcome().get("resume").stringValue();
			post("/exclude", "", "X-Realtime-Client", token, "X-User", "ada");
			other.await("refresh", RawClient.type("refresh"));
			page.await("position", RawClient.type("position"));
			post("/exclude", "", "X-Realtime-Client", token, "X-User", "eve");
			page.await("refresh", RawClient.type("refresh"));
		}
	}

	private static HttpResponse<String> post(String path, String form, String... headers) {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + server.port() + "/app" + path))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString(form));
		for (int i = 0; i < headers.length; i += 2) {
			if (!headers[i + 1].isEmpty()) {
				request.header(headers[i], headers[i + 1]);
			}
		}
		try {
			return HTTP.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Users.class, Notes.class, Requests.class })
	static class Application {

	}

	/**
	 * Counts those that are over.
	 */
	static class Requests implements WebMvcConfigurer, HandlerInterceptor {

		private final AtomicInteger completed = new AtomicInteger();

		@Override
		public void addInterceptors(InterceptorRegistry registry) {
			registry.addInterceptor(this).excludePathPatterns("/error");
		}

		@Override
		public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
				@Nullable Exception exception) {
			this.completed.incrementAndGet();
		}

	}

	@Controller
	static class Notes {

		private final RealtimeTemplate realtime;

		Notes(RealtimeTemplate realtime) {
			this.realtime = realtime;
		}

		@PostMapping("/notes/{id}")
		@RendersView("/note/{id}")
		@ResponseBody
		String change(@PathVariable String id) {
			return "changed";
		}

		@PostMapping("/redirect/{other}")
		@RendersView("/note/{id}")
		String create(RedirectAttributes model) {
			model.addAttribute("id", 9);
			return "redirect:/notes/{id}";
		}

		@PostMapping("/parameter")
		@RendersView("/note/{id}")
		@ResponseBody
		String parameter() {
			return "changed";
		}

		@PostMapping("/two/{id}")
		@RendersView({ "/unknown/{unknown}", "/note/{id}" })
		@ResponseBody
		String two() {
			return "changed";
		}

		@PostMapping("/unnamed")
		@RendersView("/note/{id}")
		@ResponseBody
		String unnamed() {
			return "changed";
		}

		@PostMapping("/later/{id}")
		@RendersView("/note/{id}")
		@ResponseBody
		CompletableFuture<String> later() {
			return CompletableFuture.supplyAsync(() -> "changed");
		}

		@PostMapping("/later/throws/{id}")
		@RendersView("/note/{id}")
		@ResponseBody
		CompletableFuture<String> laterThrows() {
			return CompletableFuture.failedFuture(new UnsupportedOperationException());
		}

		@PostMapping("/refused/{id}")
		@RendersView("/note/{id}")
		ResponseEntity<String> refused() {
			return ResponseEntity.status(HttpStatus.UNPROCESSABLE_CONTENT).body("no");
		}

		@PostMapping("/status/{id}")
		@RendersView("/note/{id}")
		@ResponseBody
		String status(HttpServletResponse response) {
			response.setStatus(404);
			return "no";
		}

		@PostMapping("/throws/{id}")
		@RendersView("/note/{id}")
		@ResponseBody
		String fail() {
			throw new UnsupportedOperationException();
		}

		@ExceptionHandler(UnsupportedOperationException.class)
		ResponseEntity<String> handle() {
			return ResponseEntity.status(HttpStatus.CONFLICT).body("handled");
		}

		@PostMapping("/who")
		@ResponseBody
		String who(@ClientId @Nullable String client) {
			return (client != null) ? client : "nobody";
		}

		@PostMapping("/exclude")
		@ResponseBody
		void exclude(@ClientId String client) {
			this.realtime.render("/shared", RenderOptions.defaults().exclude(client));
		}

	}

}
