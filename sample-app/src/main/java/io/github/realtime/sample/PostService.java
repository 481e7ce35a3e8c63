package io.github.realtime.sample;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

import io.github.realtime.Position;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RenderOptions;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.web.server.ResponseStatusException;

/**
 * Changes posts, and tells the open pages. Changes at the same moment, here or on another
 * instance, may be told in either order; the messages say which one is newer.
 */
@Service
class PostService {

	private final PostStore store;

	private final RealtimeTemplate realtime;

	PostService(PostStore store, RealtimeTemplate realtime) {
		this.store = store;
		this.realtime = realtime;
	}

	void vote(int id, Vote vote, Visitor visitor) {
		Post post = this.store.addVote(find(id), visitor.id(), vote);

		this.realtime.send(post.channel(), new Voted(post.score(), post.votes(), vote, visitor.name()));
		showScores();
	}

	private void showScores() {
		this.realtime.render("/scoreboard", RenderOptions.push("scoreboard :: board", Map.of("posts", byScore())));
	}

	List<Post> byScore() {
		return this.store.findAll().stream().sorted(Comparator.comparing(Post::score).reversed()).toList();
	}

	void comment(int id, String text, Visitor visitor) {
		Comment comment = this.store.addComment(find(id), visitor.name(), text);

		Post post = find(id);
		this.realtime.send(post.channel(), new Commented(comment, post.commentCount()));
	}

	List<LivePost> list(Visitor visitor) {
		return this.store.findAll().stream().map((post) -> open(post.id(), visitor)).toList();
	}

	LivePost open(int id, Visitor visitor) {
		// Position first: what happens meanwhile then arrives twice, not never
		Position position = this.realtime.channel(find(id).channel()).position();
		Post post = find(id);
		return new LivePost(post, this.store.findVote(post, visitor.id()), position);
	}

	private Post find(int id) {
		return this.store.findById(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
	}

	/**
	 * A post to be shown to one visitor, with the position that its page goes on from.
	 */
	record LivePost(Post post, Vote vote, Position position) {

	}

	/**
	 * A message: somebody voted.
	 *
	 * @param votes rises with every vote
	 */
	record Voted(int score, int votes, Vote vote, String visitor) {

	}

	/**
	 * A message: somebody commented.
	 */
	record Commented(Comment comment, int count) {

	}

}
