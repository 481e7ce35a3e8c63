package io.github.realtime.security;

import java.security.Principal;
import java.time.Instant;
import java.util.Map;

import io.github.realtime.access.AuthorizationManagerRule;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.access.ChannelRule;
import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.access.RequestedChannel;
import io.github.realtime.access.TestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authorization.AuthenticatedAuthorizationManager;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

import static io.github.realtime.access.AuthorizationManagerRule.authorizedBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SpringSecurity}, {@link AuthorizationManagerRule} and
 * {@link JwtAuthenticator}.
 */
class SpringSecurityTests {

	private static final RequestedChannel CHANNEL = new RequestedChannel("chat_7", ChannelPermission.PUBLISH,
			Map.of("room", "7"));

	private final SpringSecurity security = new SpringSecurity(SecurityContextHolder.getContextHolderStrategy());

	@AfterEach
	void clear() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void readTakesAuthoritiesAndExpiryOfAnAuthentication() {
		Principal ada = new TestingAuthenticationToken("ada", "secret", "ROLE_ADMIN", "SCOPE_chat");
		RealtimeAuthentication read = this.security.read(ada);
		assertThat(read.principal()).isSameAs(ada);
		assertThat(read.authorities()).containsExactlyInAnyOrder("ROLE_ADMIN", "SCOPE_chat");
		assertThat(read.expiresAt()).isNull();
		Jwt jwt = jwt(Instant.now().plusSeconds(60));
		assertThat(this.security.read(new JwtAuthenticationToken(jwt, AuthorityUtils.NO_AUTHORITIES)).expiresAt())
			.isEqualTo(jwt.getExpiresAt());
	}

	@Test
	void readWhenAnonymousIsNobody() {
		assertThat(this.security.read(new AnonymousAuthenticationToken("key", "anonymous",
				AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"))))
			.isNull();
		TestingAuthenticationToken notYet = new TestingAuthenticationToken("ada", "secret", "ROLE_ADMIN");
		assertThat(this.security.read(notYet)).isNotNull();
		notYet.setAuthenticated(false);
		assertThat(this.security.read(notYet)).isNull();
	}

	@Test
	void readWhenThereIsNoNameIsNobody() {
		assertThat(this.security.read(new TestingAuthenticationToken("", "secret", "ROLE_ADMIN"))).isNull();
		assertThat(this.security.read(() -> " ")).isNull();
		assertThat(ClientSecurity.none().read(() -> "")).isNull();
		Jwt nameless = Jwt.withTokenValue("a.b.c").header("alg", "none").claim("scope", "chat").build();
		assertThat(new JwtAuthenticator((token) -> nameless, new JwtAuthenticationConverter(), this.security)
			.authenticate("a.b.c")).isNull();
	}

	@Test
	void readWhenThePrincipalIsOfAnotherKindTakesItsName() {
		RealtimeAuthentication read = this.security.read(() -> "ada");
		assertThat(read.principal().getName()).isEqualTo("ada");
		assertThat(read.authorities()).isEmpty();
	}

	@Test
	void callHasTheClientInTheSecurityContextAndLeavesWhatWasThere() throws Exception {
		TestingAuthenticationToken ada = new TestingAuthenticationToken("ada", "secret", "ROLE_ADMIN");
		assertThat(this.security.call(TestClient.of(this.security.read(ada)), SpringSecurityTests::current))
			.isSameAs(ada);
		assertThat(current()).isNull();
		Authentication named = this.security.call(TestClient.named("bob", "MEMBER"), SpringSecurityTests::current);
		assertThat(named.getName()).isEqualTo("bob");
		assertThat(named.isAuthenticated()).isTrue();
		assertThat(AuthorityUtils.authorityListToSet(named.getAuthorities())).containsExactly("ROLE_MEMBER");
		assertThat(this.security.call(TestClient.ANONYMOUS, SpringSecurityTests::current))
			.isInstanceOf(AnonymousAuthenticationToken.class);
		SecurityContextHolder.setContext(new SecurityContextImpl(ada));
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.security.call(TestClient.ANONYMOUS, () -> {
				throw new IllegalStateException();
			}));
		assertThat(current()).isSameAs(ada);
	}

	private static Authentication current() {
		return SecurityContextHolder.getContext().getAuthentication();
	}

	@Test
	void isRefusalTellsRefusalsFromFailures() {
		assertThat(this.security.isRefusal(new AccessDeniedException("no"))).isTrue();
		assertThat(this.security.isRefusal(new BadCredentialsException("no"))).isTrue();
		assertThat(this.security.isRefusal(new AuthenticationServiceException("away"))).isFalse();
		assertThat(this.security.isRefusal(new IllegalStateException("bug"))).isFalse();
	}

	@Test
	void authorizationManagerDecidesAsForARequest() {
		TestClient admin = TestClient.of(this.security.read(new TestingAuthenticationToken("a", "", "ROLE_ADMIN")));
		TestClient bob = TestClient.named("bob", "MEMBER");
		ChannelRule admins = authorizedBy(AuthorityAuthorizationManager.hasRole("ADMIN"));
		assertThat(admins.allows(admin, CHANNEL)).isTrue();
		assertThat(admins.allows(bob, CHANNEL)).isFalse();
		assertThat(admins.allows(TestClient.ANONYMOUS, CHANNEL)).isFalse();
		ChannelRule users = authorizedBy(AuthenticatedAuthorizationManager.authenticated());
		assertThat(users.allows(bob, CHANNEL)).isTrue();
		assertThat(users.allows(TestClient.ANONYMOUS, CHANNEL)).isFalse();
		ChannelRule seven = authorizedBy((authentication, channel) -> new AuthorizationDecision(
				channel.variable("room").equals("7") && authentication.get().getName().equals("bob")));
		assertThat(seven.allows(bob, CHANNEL)).isTrue();
		assertThat(seven.allows(admin, CHANNEL)).isFalse();
	}

	@Test
	void authorizationManagerWhenItMakesNoDecisionDenies() {
		assertThat(authorizedBy((authentication, channel) -> null).allows(TestClient.named("bob"), CHANNEL)).isFalse();
	}

	@Test
	void jwtWhenGoodIsItsSubjectWithItsScopesUntilItExpires() {
		Jwt jwt = jwt(Instant.now().plusSeconds(60));
		RealtimeAuthentication read = new JwtAuthenticator((token) -> jwt, new JwtAuthenticationConverter(),
				this.security)
			.authenticate("a.b.c");
		assertThat(read.principal()).isInstanceOf(JwtAuthenticationToken.class);
		assertThat(read.principal().getName()).isEqualTo("ada");
		assertThat(read.authorities()).contains("SCOPE_chat", "SCOPE_read");
		assertThat(read.expiresAt()).isEqualTo(jwt.getExpiresAt());
	}

	@Test
	void jwtWhenBadIsNobodyAndWhenItCantBeCheckedThrows() {
		assertThat(authenticator(new BadJwtException("expired")).authenticate("a.b.c")).isNull();
		assertThatExceptionOfType(JwtException.class)
			.isThrownBy(() -> authenticator(new JwtException("no keys")).authenticate("a.b.c"));
		assertThat(new JwtAuthenticator((token) -> jwt(null), (jwt) -> null, this.security).authenticate("a.b.c"))
			.isNull();
	}

	private JwtAuthenticator authenticator(JwtException failure) {
		return new JwtAuthenticator((token) -> {
			throw failure;
		}, new JwtAuthenticationConverter(), this.security);
	}

	private static Jwt jwt(Instant expiresAt) {
		return Jwt.withTokenValue("a.b.c")
			.header("alg", "none")
			.subject("ada")
			.claim("scope", "chat read")
			.expiresAt(expiresAt)
			.build();
	}

}
