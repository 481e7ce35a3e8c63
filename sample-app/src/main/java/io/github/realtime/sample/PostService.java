package io.github.realtime.sample;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.realtime.ChannelState;
import io.github.realtime.Position;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RenderOptions;
import io.github.realtime.Versioned;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.web.server.ResponseStatusException;

/**
 * Changes posts, and with that the open pages. Comments at the same moment, here or on
 * another instance, may be told in either order; their ids say which one is newer.
 */
@Service
class PostService {

	private final PostStore store;

	private final Ballots ballots;

	private final RealtimeTemplate realtime;

	PostService(PostStore store, Ballots ballots, RealtimeTemplate realtime) {
		this.store = store;
		this.ballots = ballots;
		this.realtime = realtime;
	}

	void vote(int id, Vote vote, Visitor visitor) {
		Post post = find(id);
		Vote before = this.ballots.swap(visitor, post.channel(), Vote.class, vote);

		ChannelState state = this.realtime.channel(post.channel()).state();
		state.setIfAbsent("score", post.score());
		state.increment("score", vote.points - Vote.pointsOf(before));
		showScores();
	}

	private void showScores() {
		this.realtime.render("/scoreboard", RenderOptions.push("scoreboard :: board", Map.of("posts", standings())));
	}

	List<Standing> standings() {
		return this.store.findAll()
			.stream()
			.map((post) -> new Standing(post.id(), post.title(), score(post)))
			.sorted(Comparator.comparing(Standing::score).reversed())
			.toList();
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
		return new LivePost(post, score(post), this.ballots.find(visitor, post.channel(), Vote.class), position);
	}

	private int score(Post post) {
		Versioned<Integer> score = this.realtime.channel(post.channel()).state().get("score", Integer.class);
		return Objects.requireNonNullElse(score.value(), post.score());
	}

	private Post find(int id) {
		return this.store.findById(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
	}

	/**
	 * A post to be shown to one visitor, with the position that its page goes on from.
	 */
	record LivePost(Post post, int score, @Nullable Vote vote, Position position) {

	}

	/**
	 * A line of the scoreboard.
	 */
	record Standing(int id, String title, int score) {

	}

	/**
	 * A message: somebody commented.
	 */
	record Commented(Comment comment, int count) {

	}

}
