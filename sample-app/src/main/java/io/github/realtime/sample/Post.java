package io.github.realtime.sample;

import java.util.List;
import java.util.stream.Stream;

/**
 * A post as it was at one moment.
 *
 * @param score what it begins with, before anybody has voted
 * @param comments newest first
 */
record Post(int id, String title, String author, String text, int score, List<Comment> comments) {

	static final int COMMENTS_KEPT = 200;

	public String channel() {
		return "post_" + this.id;
	}

	public int commentCount() {
		return this.comments.size();
	}

	Post withComments(List<Comment> newer) {
		List<Comment> kept = Stream.concat(newer.stream(), this.comments.stream()).limit(COMMENTS_KEPT).toList();
		return new Post(this.id, this.title, this.author, this.text, this.score, kept);
	}

}
