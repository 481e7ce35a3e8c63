package io.github.realtime.sample;

import java.time.Instant;
import java.util.List;

import io.github.realtime.Position;
import io.github.realtime.RealtimeTemplate;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.web.server.ResponseStatusException;

/**
 * Changes posts, and tells the open pages. One change at a time, so that the messages
 * leave in the order of the changes.
 */
@Service
class PostService {

	private final PostStore store;

	private final RealtimeTemplate realtime;

	PostService(PostStore store, RealtimeTemplate realtime) {
		this.store = store;
		this.realtime = realtime;
	}

	synchronized void vote(int id, Vote vote, Visitor visitor) {
		Post post = find(id);
		Vote before = this.store.findVote(id, visitor.id());
		int score = post.score() - before.points + vote.points;

		this.store.save(post.withScore(score));
		this.store.saveVote(id, visitor.id(), vote);
		this.realtime.send(post.channel(), new Voted(score, vote, visitor.name()));
	}

	synchronized void comment(int id, String text, Visitor visitor) {
		Post post = find(id);
		int next = post.comments().isEmpty() ? 1 : post.comments().get(0).id() + 1;
		Comment comment = new Comment(next, visitor.name(), text, Instant.now());

		Post after = post.withComment(comment);
		this.store.save(after);
		this.realtime.send(post.channel(), new Commented(comment, after.commentCount()));
	}

	List<LivePost> list(Visitor visitor) {
		return this.store.findAll().stream().map((post) -> open(post.id(), visitor)).toList();
	}

	LivePost open(int id, Visitor visitor) {
		// Position first: what happens meanwhile then arrives twice, not never
		Position position = this.realtime.channel(find(id).channel()).position();
		return new LivePost(find(id), this.store.findVote(id, visitor.id()), position);
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
	 */
	record Voted(int score, Vote vote, String visitor) {

	}

	/**
	 * A message: somebody commented.
	 */
	record Commented(Comment comment, int count) {

	}

}
