package io.github.realtime.sample;

import java.util.List;

import io.github.realtime.access.ChannelAccess;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;

import static io.github.realtime.access.ChannelRule.authenticated;
import static io.github.realtime.access.ChannelRule.permitAll;

/**
 * Who may do what. Only the chat asks who one is.
 */
@Configuration(proxyBeanMethods = false)
class SignIn {

	private static final String[] OPEN = { "/", "/posts/**", "/poll/**", "/note/**", "/scoreboard", "/board/**",
			"/harvest/**", "/how", "/login", "/error", "/*.css", "/*.js", "/actuator/health", "/realtime",
			"/realtime/*.js" };

	/** The sizes of the poll's bars are attributes. */
	private static final String CONTENT = "default-src 'self'; img-src 'self' data:; style-src-attr 'unsafe-inline'; "
			+ "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

	/** A sample may say its passwords: the page to sign in shows them. */
	static final List<Account> ACCOUNTS = List.of(new Account("ann", "blue-kettle"), new Account("ben", "green-lamp"));

	@Bean
	SecurityFilterChain pages(HttpSecurity http) {
		return http
			.authorizeHttpRequests(
					(requests) -> requests.requestMatchers(OPEN).permitAll().anyRequest().authenticated())
			.formLogin((form) -> form.loginPage("/login").defaultSuccessUrl("/chat"))
			.logout((logout) -> logout.logoutSuccessUrl("/"))
			.csrf((csrf) -> csrf.csrfTokenRepository(csrfTokens()))
			.headers((headers) -> headers.contentSecurityPolicy((policy) -> policy.policyDirectives(CONTENT)))
			.build();
	}

	/**
	 * In a cookie: forms of open pages go on after a restart, and on any instance.
	 */
	private static CookieCsrfTokenRepository csrfTokens() {
		CookieCsrfTokenRepository tokens = new CookieCsrfTokenRepository();
		tokens.setCookieCustomizer((cookie) -> cookie.sameSite("Lax"));
		return tokens;
	}

	@Bean
	UserDetailsService users() {
		return new InMemoryUserDetailsManager(ACCOUNTS.stream()
			.map((account) -> User.withUsername(account.name()).password("{noop}" + account.password()).build())
			.toList());
	}

	@Bean
	ChannelAccess channels() {
		return ChannelAccess.rules()
			.match(Chat.CHANNEL)
			.subscribe(authenticated())
			.publish(authenticated())
			.presence(authenticated())
			.match(Chat.TYPING)
			.subscribe(authenticated())
			.publish(authenticated())
			.match("private_{name}")
			.subscribe((who, channel) -> who.name().equals(channel.variable("name")))
			.action("chat.*")
			.call(authenticated())
			.anyOther()
			.subscribe(permitAll())
			.call(permitAll())
			.build();
	}

	/**
	 * Somebody who may sign in.
	 */
	record Account(String name, String password) {

	}

}
