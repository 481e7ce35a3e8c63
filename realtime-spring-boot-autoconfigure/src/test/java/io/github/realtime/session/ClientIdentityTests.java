package io.github.realtime.session;

import java.time.Duration;
import java.time.Instant;

import io.github.realtime.access.RealtimeAuthentication;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClientIdentity}.
 */
class ClientIdentityTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final RealtimeAuthentication ADA = RealtimeAuthentication.of("ada");

	private long time;

	@Test
	void isOverWhenItHasToAuthenticateAndHasNotInTime() {
		ClientIdentity identity = identity(true, null);
		assertThat(identity.isAdmitted()).isFalse();
		this.time = TIMEOUT.toNanos();
		assertThat(identity.isOver()).isFalse();
		this.time++;
		assertThat(identity.isOver()).isTrue();
		identity.checking(true);
		assertThat(identity.isOver()).as("while its token is being checked").isFalse();
		identity.checking(false);
		assertThat(identity.isOver()).isTrue();
		identity.authenticate(ADA);
		assertThat(identity.isOver()).isFalse();
		assertThat(identity.isAdmitted()).isTrue();
	}

	@Test
	void isOverWhenItHadToAuthenticateAndHasExpired() {
		ClientIdentity identity = identity(false, null);
		assertThat(identity.isOver()).isFalse();
		identity.authenticate(ADA.until(Instant.now().minusSeconds(1)));
		assertThat(identity.isOver()).isTrue();
		identity.authenticate(ADA.until(Instant.now().plusSeconds(100)));
		assertThat(identity.isOver()).isFalse();
		assertThat(identity.expiresIn()).isBetween(1L, 100_000L);
	}

	@Test
	void expiresInWhenTheEndIsOutOfReachThenIsTheLargestNumberOfJson() {
		ClientIdentity identity = identity(false, ADA.until(Instant.MAX));
		assertThat(identity.expiresIn()).isEqualTo((1L << 53) - 1);
		assertThat(identity.isOver()).isFalse();
		assertThat(identity.isWarningDue()).isFalse();
		identity.authenticate(ADA.until(Instant.MIN));
		assertThat(identity.expiresIn()).isZero();
		assertThat(identity.isOver()).isTrue();
	}

	@Test
	void isAdmittedWhenTheHandshakeHasAUser() {
		ClientIdentity identity = identity(true, ADA.withRoles("ADMIN"));
		this.time = TIMEOUT.toNanos() + 1;
		assertThat(identity.isAdmitted()).isTrue();
		assertThat(identity.isOver()).isFalse();
		assertThat(identity.principal()).isEqualTo(ADA.principal());
		assertThat(identity.authorities()).containsExactly("ROLE_ADMIN");
	}

	@Test
	void isWarningDueAMinuteBeforeTheEndOrWhenHalfOfTheTimeIsLeft() {
		ClientIdentity identity = identity(false, ADA.until(Instant.now().plusSeconds(200)));
		assertThat(identity.isWarningDue()).isFalse();
		identity.authenticate(ADA.until(Instant.now().plusSeconds(80)));
		assertThat(identity.isWarningDue()).as("40 s before").isFalse();
		identity.authenticate(ADA.until(Instant.now().minusSeconds(1)));
		assertThat(identity.isWarningDue()).isTrue();
		assertThat(identity.isWarningDue()).as("a second time").isFalse();
		identity.authenticate(ADA);
		assertThat(identity.isWarningDue()).isFalse();
		assertThat(identity.expiresIn()).isNull();
	}

	@Test
	void clientIdWhenTokenOrUserIsAnotherThenIsAnother() {
		ClientIdentity identity = identity(false, null);
		String anonymous = identity.clientId();
		identity.authenticate(ADA.withRoles("ADMIN"));
		String ada = identity.clientId();
		assertThat(ada).isNotEqualTo(anonymous).isEqualTo(identity(false, ADA).clientId());
		assertThat(identity.resume("another")).isTrue();
		assertThat(identity.clientId()).isNotIn(anonymous, ada);
		assertThat(identity.resume("third")).isFalse();
	}

	private ClientIdentity identity(boolean required, @Nullable RealtimeAuthentication authentication) {
		return new ClientIdentity("token", new AuthenticationPolicy(required, TIMEOUT), authentication,
				() -> this.time);
	}

}
