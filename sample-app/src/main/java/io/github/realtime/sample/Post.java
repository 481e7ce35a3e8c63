package io.github.realtime.sample;

import java.util.List;
import java.util.stream.Stream;

/**
 * A post as it was at one moment.
 *
 * @param votes how many votes were ever cast: of two scores the newer one has more
 * @param comments newest first
 */
record Post(int id, String title, String author, String text, int score, int votes, List<Comment> comments) {

	static final int COMMENTS_KEPT = 200;

	public String channel() {
		return "post_" + this.id;
	}

	public int commentCount() {
		return this.comments.size();
	}

	Post withVotes(int score, int votes) {
		return new Post(this.id, this.title, this.author, this.text, score, votes, this.comments);
	}

	Post withComments(List<Comment> newer) {
		List<Comment> kept = Stream.concat(newer.stream(), this.comments.stream()).limit(COMMENTS_KEPT).toList();
		return new Post(this.id, this.title, this.author, this.text, this.score, this.votes, kept);
	}

}
