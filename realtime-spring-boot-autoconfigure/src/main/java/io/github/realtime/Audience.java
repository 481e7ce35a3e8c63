package io.github.realtime;

import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Whom a publication is withheld from, as the text that brokers carry: ids of clients
 * with commas between them and, where these are the only ones that get it, a {@code !} in
 * front.
 */
final class Audience {

	private static final String ONLY = "!";

	private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9_-]+");

	private Audience() {
	}

	static @Nullable String allBut(List<String> clientIds) {
		return clientIds.isEmpty() ? null : join(clientIds);
	}

	static String only(List<String> clientIds) {
		Assert.notEmpty(clientIds, "Nobody would get it");
		return ONLY + join(clientIds);
	}

	private static String join(List<String> clientIds) {
		for (String id : clientIds) {
			Assert.isTrue(CLIENT_ID.matcher(id).matches(), () -> "'" + id + "' is not the id of a client");
		}
		return String.join(",", clientIds);
	}

	static boolean isWithheldFrom(String audience, String clientId) {
		boolean only = audience.startsWith(ONLY);
		for (String id : audience.substring(only ? 1 : 0).split(",")) {
			if (id.equals(clientId)) {
				return !only;
			}
		}
		return only;
	}

}
