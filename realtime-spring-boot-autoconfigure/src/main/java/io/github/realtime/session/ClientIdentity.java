package io.github.realtime.session;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.LongSupplier;

import io.github.realtime.access.RealtimeAuthentication;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is by its handshake or by a token that it has sent since, and for how
 * long.
 */
final class ClientIdentity {

	/** How long before the end a client is warned, at most: half of what is left. */
	private static final Duration WARNING = Duration.ofSeconds(60);

	/** Pages read numbers up to 2<sup>53</sup> exactly: what ends later ends then. */
	private static final Duration LONGEST = Duration.ofMillis((1L << 53) - 1);

	private final AuthenticationPolicy policy;

	private final LongSupplier nanoTime;

	private final long opened;

	private final TokenAttempts attempts = new TokenAttempts();

	private volatile String resumeToken;

	private volatile boolean resumed;

	private volatile boolean checking;

	private volatile @Nullable RealtimeAuthentication authentication;

	private volatile @Nullable Instant warnAt;

	ClientIdentity(String resumeToken, AuthenticationPolicy policy, @Nullable RealtimeAuthentication authentication,
			LongSupplier nanoTime) {
		this.resumeToken = resumeToken;
		this.policy = policy;
		this.nanoTime = nanoTime;
		this.opened = nanoTime.getAsLong();
		if (authentication != null) {
			authenticate(authentication);
		}
	}

	/**
	 * Returns the id that follows from the resume token and the user.
	 * @return the id
	 */
	String clientId() {
		return ClientIds.clientId(this.resumeToken, principal());
	}

	/**
	 * Takes the resume token of an earlier socket.
	 * @param token the token
	 * @return {@code false} after the first time
	 */
	boolean resume(String token) {
		if (this.resumed) {
			return false;
		}
		this.resumed = true;
		this.resumeToken = token;
		return true;
	}

	TokenAttempts attempts() {
		return this.attempts;
	}

	/**
	 * Notes whether a token is being checked. The client's time is not over meanwhile.
	 * @param checking whether it is
	 */
	void checking(boolean checking) {
		this.checking = checking;
	}

	void authenticate(RealtimeAuthentication authentication) {
		this.authentication = authentication;
		Instant end = authentication.expiresAt();
		if (end == null) {
			this.warnAt = null;
			return;
		}
		Duration half = Duration.between(Instant.now(), end).dividedBy(2);
		this.warnAt = end.minus((half.compareTo(WARNING) < 0) ? half : WARNING);
	}

	/**
	 * Tells whether the client may do more than authenticate.
	 * @return {@code false} while it is anonymous and must not be
	 */
	boolean isAdmitted() {
		return this.authentication != null || !this.policy.required();
	}

	/**
	 * Tells whether the client's time is over.
	 * @return {@code true} if its authentication has expired, or did not come in time
	 */
	boolean isOver() {
		if (this.checking) {
			return false;
		}
		Long left = expiresIn();
		return (left != null && left <= 0)
				|| (!isAdmitted() && this.nanoTime.getAsLong() - this.opened > this.policy.timeout().toNanos());
	}

	@Nullable Principal principal() {
		RealtimeAuthentication authentication = this.authentication;
		return (authentication != null) ? authentication.principal() : null;
	}

	Set<String> authorities() {
		RealtimeAuthentication authentication = this.authentication;
		return (authentication != null) ? authentication.authorities() : Set.of();
	}

	/**
	 * Tells how long this lasts.
	 * @return the milliseconds that are left, or {@code null} if it has no end
	 */
	@Nullable Long expiresIn() {
		RealtimeAuthentication authentication = this.authentication;
		Instant end = (authentication != null) ? authentication.expiresAt() : null;
		if (end == null) {
			return null;
		}
		Duration left = Duration.between(Instant.now(), end);
		if (left.isNegative()) {
			return 0L;
		}
		return (left.compareTo(LONGEST) < 0) ? left.toMillis() : LONGEST.toMillis();
	}

	/**
	 * Tells whether the client has to be warned, once for each authentication.
	 * @return {@code true} if the end is near
	 */
	boolean isWarningDue() {
		Instant due = this.warnAt;
		if (due == null || Instant.now().isBefore(due)) {
			return false;
		}
		this.warnAt = null;
		return true;
	}

}
