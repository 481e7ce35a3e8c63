package io.github.realtime.sample;

import java.util.List;
import java.util.stream.Stream;

/**
 * A post as it was at one moment.
 *
 * @param comments newest first
 */
record Post(int id, String title, String author, String text, int score, List<Comment> comments) {

	private static final int COMMENTS_KEPT = 200;

	public String channel() {
		return "post_" + this.id;
	}

	public int commentCount() {
		return this.comments.size();
	}

	Post withScore(int score) {
		return new Post(this.id, this.title, this.author, this.text, score, this.comments);
	}

	Post withComment(Comment comment) {
		List<Comment> kept = Stream.concat(Stream.of(comment), this.comments.stream()).limit(COMMENTS_KEPT).toList();
		return new Post(this.id, this.title, this.author, this.text, this.score, kept);
	}

}
