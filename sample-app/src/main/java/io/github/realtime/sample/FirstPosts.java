package io.github.realtime.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is there before anybody has written.
 */
final class FirstPosts {

	private FirstPosts() {
	}

	static List<Post> at(Instant now) {
		return List.of(
				post(1, 42, "Tell a whole story in six words", "Patient Heron",
						"No more, no fewer. Keep this page open in a second window while you vote: "
								+ "the number changes there, too.",
						comments(now, "Amber Fox", "Sold the boat. Kept the sea.", "Quiet Otter",
								"We waved. Both trains kept going.", "Mellow Wren",
								"Grandma’s recipe said only: you’ll know.")),
				post(2, 27, "Which sound means home to you?", "Sunny Badger",
						"A creaking stair, a kettle, a neighbour who practises the same four bars of the same song.",
						comments(now, "Brave Lark", "Keys dropped into the bowl by the door.", "Gentle Moth",
								"Rain on the caravan roof.")),
				post(3, 19, "Milk first or tea first?", "Curious Stoat",
						"There is a right answer, and everybody has a different one. Let the arrows decide.",
						comments(now, "Lucky Finch", "Tea. You can’t take milk out again.")),
				post(4, 14, "Describe the view from your desk", "Velvet Hare",
						"Words only. Mine: one brave basil plant, eleven chimneys, and a gull that owns all of them.",
						comments(now, "Nimble Newt", "A wall. But a wall with excellent afternoon light.", "Amber Fox",
								"The back of a monitor, and behind it somebody laughing.")),
				post(5, 8, "An unpopular opinion about popular cheese", "Honest Crow",
						"Be kind to the cheese. It can’t vote back.",
						comments(now, "Silver Vole", "It is better cold, and from the fridge, at midnight.")),
				post(6, 3, "What should exist tomorrow that doesn’t today?", "Dapper Seal",
						"Small or large. Wishes are free, and nobody checks.", List.of()));
	}

	private static Post post(int id, int score, String title, String author, String text, List<Comment> comments) {
		return new Post(id, title, author, text, score, comments);
	}

	private static List<Comment> comments(Instant now, String... authorsAndTexts) {
		List<Comment> comments = new ArrayList<>();
		for (int i = 0; i < authorsAndTexts.length; i += 2) {
			Duration age = Duration.ofMinutes(9L * (authorsAndTexts.length - i));
			comments.add(0,
					new Comment(comments.size() + 1, authorsAndTexts[i], authorsAndTexts[i + 1], now.minus(age)));
		}
		return comments;
	}

}
