package io.github.realtime.websocket;

import java.io.IOException;
import java.security.Principal;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import io.github.realtime.access.ChannelAccess;
import io.github.realtime.annotation.RealtimeAction;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
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

/**
 * An application with Spring Security: users who log in, tokens, and rules of all kinds.
 */
@Configuration(proxyBeanMethods = false)
@EnableMethodSecurity
@Import({ SecuredApplication.Guarded.class, SecuredApplication.Sessions.class, SecuredApplication.Whose.class })
class SecuredApplication {

	static final SecretKey KEY = new SecretKeySpec("0123456789abcdef0123456789abcdef".getBytes(), "HmacSHA256");

	static RealtimeServer server() {
		return new RealtimeServer().with(SecuredApplication.class).with("spring.autoconfigure.exclude=");
	}

	@Bean
	SecurityFilterChain chain(HttpSecurity http) throws Exception {
		return http
			.authorizeHttpRequests(
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
		return new InMemoryUserDetailsManager(User.withUsername("ada").password("{noop}secret").roles("USER").build(),
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
