package io.github.realtime.websocket;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.Principal;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import io.github.realtime.RenderOptions;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.annotation.RealtimeAction;
import io.github.realtime.websocket.RawSocket.Response;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.Context;
import org.apache.catalina.session.ManagerBase;
import org.eclipse.jetty.session.DefaultSessionIdManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.View;

import static io.github.realtime.access.AuthorizationManagerRule.authorizedBy;
import static io.github.realtime.access.ChannelRule.authenticated;
import static io.github.realtime.access.ChannelRule.hasAuthority;
import static io.github.realtime.access.ChannelRule.hasRole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Beside Spring Security, as Boot sets it up.
 */
@EachContainer
class SecurityTests {

	private static final SecretKey KEY = new SecretKeySpec("0123456789abcdef0123456789abcdef".getBytes(), "HmacSHA256");

	@RegisterExtension
	static final RealtimeServer server = new RealtimeServer().with(Secured.class).with("spring.autoconfigure.exclude=");

	@Test
	void chainWhenStrictThenTheScriptIsServedAndTheEndpointAsksWhoIsThere() {
		assertThat(get("/realtime/client.js").status()).isEqualTo(200);
		assertThat(get("/realtime").status()).isIn(302, 401);
		try (RawSocket socket = RawSocket.connect(server.port())) {
			assertThat(socket.upgrade("/realtime").status()).isIn(302, 401);
		}
	}

	private static Response get(String path) {
		try (RawSocket socket = RawSocket.connect(server.port())) {
			return socket.request(path);
		}
	}

	@ParameterizedTest
	@CsvSource({ "role, subscribed, forbidden", "manager, subscribed, forbidden", "method, subscribed, forbidden",
			"context, subscribed, subscribed", "scope, forbidden, forbidden" })
	@ExtendWith(OutputCaptureExtension.class)
	void ruleKnowsTheUserOfTheSession(String channel, String admin, String user, CapturedOutput output)
			throws IOException, InterruptedException {
		try (RawClient root = new Login("root").socket(); RawClient ada = new Login("ada").socket()) {
			assertThat(Users.outcome(root.command(RawClient.subscribeCommand(channel, null)))).isEqualTo(admin);
			assertThat(Users.outcome(ada.command(RawClient.subscribeCommand(channel, null)))).isEqualTo(user);
		}
		assertThat(output).doesNotContain("Exception");
	}

	@ParameterizedTest
	@CsvSource({ "guarded, result, forbidden", "whoami, result, result", "later, result, result" })
	@ExtendWith(OutputCaptureExtension.class)
	void actionRunsAsTheUserOfTheSession(String action, String admin, String user, CapturedOutput output)
			throws IOException, InterruptedException {
		String call = "{\"type\":\"call\",\"id\":%d,\"action\":\"" + action + "\"}";
		try (RawClient root = new Login("root").socket(); RawClient ada = new Login("ada").socket()) {
			JsonNode reply = root.command(call);
			assertThat(Users.outcome(reply)).isEqualTo(admin);
			assertThat(reply.get("data").stringValue()).isEqualTo("root");
			reply = ada.command(call);
			assertThat(Users.outcome(reply)).isEqualTo(user);
			assertThat(reply.path("data").asString("ada")).isEqualTo("ada");
		}
		assertThat(output).doesNotContain("Exception");
	}

	@Test
	void pushedViewIsRenderedForNobodyWhoeverCausesIt() {
		SecurityContextHolder.getContext()
			.setAuthentication(UsernamePasswordAuthenticationToken.authenticated("root", null,
					AuthorityUtils.createAuthorityList("ROLE_ADMIN")));
		try {
			server.realtime().render("/pushed", RenderOptions.push("whose", Map.of()).target("p"));
			assertThat(SecurityContextHolder.getContext().getAuthentication().getName()).isEqualTo("root");
		}
		finally {
			SecurityContextHolder.clearContext();
		}
		JsonNode html = server.realtime().channel("/pushed").history(1).get(0).line().json().get("html");
		assertThat(html.stringValue()).isEqualTo("<p>anonymousUser null null");
	}

	@Test
	void logoutClosesTheSocketsOfItsSessionAndNoOthers() throws IOException, InterruptedException {
		Login here = new Login("ada");
		Login elsewhere = new Login("ada");
		try (RawClient one = here.socket(); RawClient two = here.socket(); RawClient other = elsewhere.socket()) {
			here.post("/logout");
			assertThat(one.awaitCloseCode()).isEqualTo(4401);
			assertThat(two.awaitCloseCode()).isEqualTo(4401);
			other.sync();
		}
	}

	@Test
	void logoutWhenTheSessionIsKeptThenItsSocketsAreClosed() throws IOException, InterruptedException {
		Login login = new Login("ada");
		try (RawClient client = login.socket()) {
			login.post("/logout-and-stay");
			assertThat(client.awaitCloseCode()).isEqualTo(4401);
		}
	}

	@Test
	void sessionWhenItsIdChangesThenLogoutStillClosesItsSockets() throws IOException, InterruptedException {
		Login login = new Login("ada");
		try (RawClient client = login.socket()) {
			String before = login.cookies();
			login.post("/change-id");
			assertThat(login.cookies()).isNotEqualTo(before);
			client.sync();
			login.post("/logout");
			assertThat(client.awaitCloseCode()).isEqualTo(4401);
		}
	}

	@Test
	void sessionWhenItExpiresThenItsSocketsAreClosed() throws IOException, InterruptedException {
		Login login = new Login("ada");
		try (RawClient client = login.socket(); RawClient other = new Login("ada").socket()) {
			login.post("/expire-soon");
			await().until(() -> {
				expireSessions();
				return client.isClosed();
			});
			assertThat(client.awaitCloseCode()).isEqualTo(4401);
			other.sync();
		}
	}

	/**
	 * Does now what the container does every so often.
	 */
	private static void expireSessions() {
		if (server.context().getWebServer() instanceof TomcatWebServer tomcat) {
			Context context = (Context) tomcat.getTomcat().getHost().findChildren()[0];
			((ManagerBase) context.getManager()).processExpires();
		}
		else if (server.context().getWebServer() instanceof JettyWebServer jetty) {
			jetty.getServer()
				.getBeans(DefaultSessionIdManager.class)
				.forEach((sessions) -> sessions.getSessionHouseKeeper().scavenge());
		}
	}

	@Test
	void tokenWhenItIsAJwtThenIsItsSubjectWithItsScopes() throws IOException, InterruptedException {
		try (RawClient client = new Login("ada").socket()) {
			assertThat(Users.outcome(client.command(RawClient.subscribeCommand("scope", null)))).isEqualTo("forbidden");
			JsonNode reply = Users.authenticate(client, jwt("ada", 3600));
			assertThat(Users.outcome(reply)).isEqualTo("authenticated");
			assertThat(reply.get("expiresIn").longValue()).isBetween(3_500_000L, 3_600_000L);
			client.subscribe("scope");
			assertThat(Users.outcome(Users.authenticate(client, jwt("bob", 3600)))).isEqualTo("forbidden");
			assertThat(Users.outcome(Users.authenticate(client, jwt("ada", -3600)))).isEqualTo("unauthenticated");
			assertThat(Users.outcome(Users.authenticate(client, "not.a.jwt"))).isEqualTo("unauthenticated");
			String forged = jwt("ada", 3600);
			forged = forged.substring(0, forged.lastIndexOf('.') + 1) + "AAAA";
			assertThat(Users.outcome(Users.authenticate(client, forged))).isEqualTo("unauthenticated");
		}
	}

	@Test
	void tokenWhenItCameWithTheHandshakeThenExpiresAndCanBeRenewed() {
		// The first of a process takes its time
		bearer(jwt("ada", 3600)).close();
		try (RawClient renewed = bearer(jwt("ada", 8)); RawClient expired = bearer(jwt("ada", 8))) {
			renewed.subscribe("scope");
			renewed.await("warning", RawClient.type("expiring"));
			assertThat(Users.outcome(Users.authenticate(renewed, jwt("ada", 3600)))).isEqualTo("authenticated");
			assertThat(expired.awaitCloseCode()).isEqualTo(4401);
			renewed.sync();
		}
	}

	private static RawClient bearer(String token) {
		return server.client("/realtime", "Authorization", "Bearer " + token);
	}

	private static String jwt(String subject, long seconds) {
		NimbusJwtEncoder encoder = new NimbusJwtEncoder(new ImmutableSecret<>(KEY));
		JwtClaimsSet claims = JwtClaimsSet.builder()
			.subject(subject)
			.claim("scope", "chat")
			.expiresAt(Instant.now().plusSeconds(seconds))
			.build();
		return encoder.encode(JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(), claims))
			.getTokenValue();
	}

	/**
	 * A browser in which somebody has signed in.
	 */
	private static final class Login {

		private final CookieManager cookies = new CookieManager();

		private final HttpClient http = HttpClient.newBuilder().cookieHandler(this.cookies).build();

		private Login(String user) throws IOException, InterruptedException {
			HttpResponse<String> response = post("/login", "username=" + user + "&password=secret");
			assertThat(response.headers().firstValue("Location"))
				.hasValueSatisfying((location) -> assertThat(location).doesNotContain("error"));
		}

		private RawClient socket() {
			RawClient client = RawClient.connect(server.port(), "/realtime", "Cookie", cookies());
			client.welcome();
			return client;
		}

		private String cookies() {
			return this.cookies.getCookieStore()
				.getCookies()
				.stream()
				.map((cookie) -> cookie.getName() + "=" + cookie.getValue())
				.collect(Collectors.joining("; "));
		}

		private void post(String path) throws IOException, InterruptedException {
			assertThat(post(path, "").statusCode()).isIn(200, 302);
		}

		private HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
			return this.http.send(HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
				.header("Content-Type", "application/x-www-form-urlencoded")
				.POST(BodyPublishers.ofString(form))
				.build(), BodyHandlers.ofString());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableMethodSecurity
	@Import({ Guarded.class, Sessions.class, Whose.class })
	static class Secured {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) throws Exception {
			return http.authorizeHttpRequests(
					(requests) -> requests.requestMatchers("/realtime/*.js").permitAll().anyRequest().authenticated())
				.formLogin(Customizer.withDefaults())
				.logout(Customizer.withDefaults())
				.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults()))
				.csrf((csrf) -> csrf.disable())
				.build();
		}

		@Bean
		@Order(0)
		SecurityFilterChain keepingChain(HttpSecurity http) throws Exception {
			return http.securityMatcher("/logout-and-stay")
				.logout((logout) -> logout.logoutUrl("/logout-and-stay").invalidateHttpSession(false))
				.csrf((csrf) -> csrf.disable())
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(
					User.withUsername("ada").password("{noop}secret").roles("USER").build(),
					User.withUsername("root").password("{noop}secret").roles("USER", "ADMIN").build());
		}

		@Bean
		JwtDecoder jwtDecoder() {
			return NimbusJwtDecoder.withSecretKey(KEY).build();
		}

		@Bean
		ChannelAccess channelAccess(Guarded guarded) {
			return ChannelAccess.rules()
				.match("role")
				.subscribe(hasRole("ADMIN"))
				.match("manager")
				.subscribe(authorizedBy(AuthorityAuthorizationManager.hasRole("ADMIN")))
				.match("method")
				.subscribe((who, channel) -> guarded.forAdmins())
				.match("context")
				.subscribe((who, channel) -> who.name()
					.equals(SecurityContextHolder.getContext().getAuthentication().getName()))
				.match("scope")
				.subscribe(hasAuthority("SCOPE_chat"))
				.anyOther()
				.subscribe(authenticated())
				.build();
		}

	}

	/**
	 * A view that says for whom it is rendered.
	 */
	@Component("whose")
	static class Whose implements View {

		@Override
		public String getContentType() {
			return "text/html";
		}

		@Override
		public void render(Map<String, ?> model, HttpServletRequest request, HttpServletResponse response)
				throws IOException {
			response.getWriter()
				.write("<p>" + SecurityContextHolder.getContext().getAuthentication().getName() + " "
						+ request.getUserPrincipal() + " " + request.getSession(false));
		}

	}

	@Component
	static class Guarded {

		@PreAuthorize("hasRole('ADMIN')")
		boolean forAdmins() {
			return true;
		}

		@RealtimeAction("guarded")
		@PreAuthorize("hasRole('ADMIN')")
		String guarded() {
			return "root";
		}

		@RealtimeAction("whoami")
		String whoami(Authentication user) {
			assertThat(SecurityContextHolder.getContext().getAuthentication()).isSameAs(user);
			return user.getName();
		}

		@RealtimeAction("later")
		CompletableFuture<String> later(Principal user) {
			return CompletableFuture.supplyAsync(user::getName);
		}

	}

	@RestController
	static class Sessions {

		@PostMapping("/change-id")
		void changeId(HttpServletRequest request) {
			request.changeSessionId();
		}

		@PostMapping("/expire-soon")
		void expireSoon(HttpServletRequest request) {
			request.getSession().setMaxInactiveInterval(1);
		}

	}

}
