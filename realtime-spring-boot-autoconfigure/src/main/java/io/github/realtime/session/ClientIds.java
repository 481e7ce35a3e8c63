package io.github.realtime.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Base64.Encoder;

import org.jspecify.annotations.Nullable;

/**
 * Makes resume tokens and client ids. An id is a digest of the token and the user, so
 * that any instance can check it and nothing is stored, and another user's token gives
 * another id.
 */
final class ClientIds {

	private static final int TOKEN_BYTES = 24;

	private static final int ID_BYTES = 12;

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

	private ClientIds() {
	}

	static String newToken() {
		byte[] token = new byte[TOKEN_BYTES];
		RANDOM.nextBytes(token);
		return ENCODER.encodeToString(token);
	}

	static String clientId(String token, @Nullable Principal user) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(token.getBytes(StandardCharsets.UTF_8));
			if (user != null) {
				// This byte separates the two, since no token has it
				digest.update((byte) 0);
				digest.update(user.getName().getBytes(StandardCharsets.UTF_8));
			}
			return ENCODER.encodeToString(Arrays.copyOf(digest.digest(), ID_BYTES));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
