package io.github.realtime.client;

import java.io.IOException;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RenderOptions;
import io.github.realtime.annotation.ActionErrorCode;
import io.github.realtime.annotation.ClientId;
import io.github.realtime.annotation.RealtimeAction;
import io.github.realtime.annotation.RendersView;
import io.github.realtime.annotation.ViewKey;
import jakarta.servlet.Filter;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/**
 * Pages that are rendered on the server and stay fresh, for whoever the cookie
 * {@code user} says.
 */
@Configuration(proxyBeanMethods = false)
@Import({ ViewApplication.Pages.class, ViewApplication.Actions.class })
class ViewApplication {

	@Bean
	Filter users() {
		return (request, response, chain) -> {
			Cookie[] cookies = ((HttpServletRequest) request).getCookies();
			String user = Stream.of((cookies != null) ? cookies : new Cookie[0])
				.filter((cookie) -> cookie.getName().equals("user"))
				.map(Cookie::getValue)
				.findFirst()
				.orElse(null);
			chain.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {

				@Override
				public @Nullable Principal getUserPrincipal() {
					return (user != null) ? () -> user : null;
				}

			}, response);
		};
	}

	@RestController
	static class Pages {

		/** What stands on each page. */
		final Map<String, String> texts = new ConcurrentHashMap<>();

		/** What a page consists of, where that is more. */
		final Map<String, Function<String, String>> bodies = new ConcurrentHashMap<>();

		/** Every time a page has fetched itself, as page and user. */
		final List<String> fetches = new CopyOnWriteArrayList<>();

		/** Holds back what pages fetch, where there is one. */
		@Nullable Function<Integer, Semaphore> gates;

		private final RealtimeTemplate realtime;

		Pages(RealtimeTemplate realtime) {
			this.realtime = realtime;
		}

		/**
		 * Forgets what the test before has put on pages.
		 */
		void clear() {
			this.texts.clear();
			this.bodies.clear();
			this.fetches.clear();
			this.gates = null;
		}

		long fetches(String page) {
			return this.fetches.stream().filter((fetch) -> fetch.startsWith(page + " ")).count();
		}

		@GetMapping(path = "/page/{name}", produces = MediaType.TEXT_HTML_VALUE)
		ResponseEntity<String> page(@PathVariable String name, @Nullable Principal user,
				@RequestHeader(name = "X-Realtime-Refresh", required = false) @Nullable String refresh)
				throws InterruptedException {
			String page = html(name, (user != null) ? user.getName() : "nobody");
			if (refresh != null) {
				this.fetches.add(name + " " + ((user != null) ? user.getName() : "nobody"));
				if (this.gates != null) {
					this.gates.apply(this.fetches.size()).tryAcquire(60, TimeUnit.SECONDS);
				}
			}
			return ResponseEntity.ok(page);
		}

		@GetMapping(path = "/members/{name}", produces = MediaType.TEXT_HTML_VALUE)
		ResponseEntity<String> members(@PathVariable String name, @Nullable Principal user,
				@RequestParam(defaultValue = "302") int otherwise) {
			if (user != null) {
				return ResponseEntity.ok(html(name, user.getName()));
			}
			return ResponseEntity.status(otherwise)
				.header(HttpHeaders.LOCATION, "/page/login")
				.contentType(MediaType.TEXT_HTML)
				.body("<!DOCTYPE html><title>No</title><p id='text'>Sign in first");
		}

		private String html(String name, String user) {
			String text = this.texts.getOrDefault(name, "nothing");
			return """
					<!DOCTYPE html>
					<html lang="en">
					<head>
					<meta charset="utf-8">
					<title>%s</title>
					<link rel="icon" href="data:,">
					<script type="module">
					import { call, initRealtimeClient } from '/realtime/views.js';
					window.view = initRealtimeClient();
					window.call = call;
					window.outcome = (promise) => promise.then((value) => ({ value }), ({ code, message }) => ({ code, message }));
					</script>
					</head>
					<body>
					<h1 id="user">%s</h1>
					<p id="text">%s</p>
					%s
					</body>
					</html>
					"""
				.formatted(name, user, text, this.bodies.getOrDefault(name, (any) -> "").apply(text));
		}

		void change(String name, String text) {
			this.texts.put(name, text);
			this.realtime.render("/page/" + name);
		}

		@PostMapping("/page/{name}")
		ResponseEntity<Void> post(@PathVariable String name, @RequestParam String text,
				@RequestParam(required = false) @Nullable MultipartFile file, @ClientId @Nullable String client)
				throws IOException {
			this.texts.put(name, text + ((file != null) ? new String(file.getBytes()) : ""));
			this.realtime.render("/page/" + name, RenderOptions.defaults().exclude(client));
			return ResponseEntity.status(HttpStatus.SEE_OTHER).header(HttpHeaders.LOCATION, "/page/" + name).build();
		}

		@PostMapping("/annotated/{name}")
		@RendersView("/page/{name}")
		void annotated(@PathVariable String name, @RequestParam String text) {
			this.texts.put(name, text);
		}

	}

	static class Actions {

		final Semaphore gate = new Semaphore(0);

		private final Pages pages;

		private final RealtimeTemplate realtime;

		Actions(Pages pages, RealtimeTemplate realtime) {
			this.pages = pages;
			this.realtime = realtime;
		}

		record Edit(String name, String text) {

		}

		@RealtimeAction("edit")
		@RendersView("/page/{name}")
		String edit(Edit edit) {
			this.pages.texts.put(edit.name(), edit.text());
			return "edited " + edit.name();
		}

		@RealtimeAction("refuse")
		@RendersView("/page/{name}")
		void refuse(Edit edit) {
			throw new RefusalException();
		}

		@RealtimeAction("echo")
		CompletableFuture<Integer> echo(int number) {
			return CompletableFuture.supplyAsync(() -> number,
					CompletableFuture.delayedExecutor(100 - number, TimeUnit.MILLISECONDS));
		}

		@RealtimeAction("wait")
		String await() throws InterruptedException {
			return this.gate.tryAcquire(60, TimeUnit.SECONDS) ? "in time" : "late";
		}

		@RealtimeAction("renderItself")
		void renderItself(@ViewKey String view, @ClientId String client) {
			this.pages.texts.put("self", "rendered itself");
			this.realtime.render(view);
			this.realtime.render(view, RenderOptions.defaults().include(client));
		}

	}

	@ActionErrorCode("refused-by-rule")
	static class RefusalException extends RuntimeException {

		RefusalException() {
			super("Not today");
		}

	}

}
