package io.github.realtime.sample;

import java.security.Principal;
import java.time.Duration;
import java.util.UUID;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.ModelAttribute;

/**
 * What every page shows: the visitor, whom handler methods take as an argument, the user
 * where somebody has signed in, and the ticker.
 */
@ControllerAdvice(basePackageClasses = SampleApplication.class)
class EveryPage {

	private static final String COOKIE = "visitor";

	private final Ticker ticker;

	EveryPage(Ticker ticker) {
		this.ticker = ticker;
	}

	@ModelAttribute
	Visitor visitor(@CookieValue(name = COOKIE, required = false) @Nullable String cookie,
			HttpServletResponse response) {
		UUID known = parse(cookie);
		if (known != null) {
			return Visitor.of(known);
		}
		UUID id = UUID.randomUUID();
		response.addHeader(HttpHeaders.SET_COOKIE,
				ResponseCookie.from(COOKIE, id.toString())
					.path("/")
					.httpOnly(true)
					.sameSite("Lax")
					.maxAge(Duration.ofDays(365))
					.build()
					.toString());
		return Visitor.of(id);
	}

	@ModelAttribute("user")
	@Nullable String user(@Nullable Principal user) {
		return (user != null) ? user.getName() : null;
	}

	@ModelAttribute
	Ticker.Tick tick() {
		return this.ticker.tick();
	}

	private static @Nullable UUID parse(@Nullable String cookie) {
		try {
			return (cookie != null) ? UUID.fromString(cookie) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
