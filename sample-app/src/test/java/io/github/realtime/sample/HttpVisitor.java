package io.github.realtime.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody without JavaScript: keeps cookies, posts forms, follows redirects.
 */
class HttpVisitor {

	private final HttpClient client = HttpClient.newBuilder()
		.cookieHandler(new CookieManager())
		.followRedirects(Redirect.NORMAL)
		.build();

	private final String site;

	private String csrf = "";

	HttpVisitor(int port) {
		this.site = "http://localhost:" + port;
	}

	HttpResponse<String> get(String path) {
		return send(HttpRequest.newBuilder(URI.create(this.site + path)).header("Accept", "text/html,*/*"));
	}

	HttpResponse<String> post(String path, String field, String value) {
		if (this.csrf.isEmpty()) {
			// Of any form: all have the same
			Matcher hidden = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"").matcher(get("/").body());
			assertThat(hidden.find()).isTrue();
			this.csrf = hidden.group(1);
		}
		return postWith(this.csrf, path, field, value);
	}

	HttpResponse<String> postWith(String csrf, String path, String field, String value) {
		String form = field + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8) + "&_csrf="
				+ URLEncoder.encode(csrf, StandardCharsets.UTF_8);
		return send(HttpRequest.newBuilder(URI.create(this.site + path))
			.header("Accept", "text/html,*/*")
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString(form)));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
