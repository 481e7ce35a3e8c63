package io.github.realtime.sample;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Who looks at the site. There are no accounts: a cookie holds the id, and the name
 * follows from it.
 *
 * @param id known to the visitor only
 * @param name shown to everybody
 */
record Visitor(String id, String name) {

	private static final String[] MANNERS = { "Amber", "Brave", "Calm", "Clever", "Cosy", "Curious", "Dapper", "Eager",
			"Gentle", "Golden", "Honest", "Jolly", "Kind", "Lucky", "Mellow", "Merry", "Nimble", "Patient", "Polite",
			"Proud", "Quick", "Quiet", "Silver", "Sunny", "Tidy", "Velvet", "Warm", "Witty" };

	private static final String[] ANIMALS = { "Badger", "Beaver", "Crane", "Crow", "Dormouse", "Egret", "Falcon",
			"Finch", "Fox", "Gecko", "Hare", "Hedgehog", "Heron", "Ibis", "Koala", "Lark", "Lynx", "Magpie", "Mole",
			"Moth", "Newt", "Otter", "Owl", "Puffin", "Robin", "Seal", "Stoat", "Swift", "Toad", "Vole", "Wombat",
			"Wren" };

	static Visitor of(UUID id) {
		Random random = new Random(id.hashCode());
		return new Visitor(id.toString(), pick(MANNERS, random) + " " + pick(ANIMALS, random));
	}

	/**
	 * Tells whether a visitor could have this name.
	 */
	static boolean isName(String name) {
		String[] words = name.split(" ", -1);
		return words.length == 2 && List.of(MANNERS).contains(words[0]) && List.of(ANIMALS).contains(words[1]);
	}

	/**
	 * The channel of which nobody else knows, and from which the id can't be told: the
	 * visitor's pages find there what the visitor has voted.
	 */
	public String channel() {
		return "visitor_" + UUID.nameUUIDFromBytes(this.id.getBytes(StandardCharsets.UTF_8));
	}

	private static String pick(String[] words, Random random) {
		return words[random.nextInt(words.length)];
	}

}
