package io.github.realtime.sample;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Repository;

/**
 * Keeps everything in memory: a restart begins with the first posts again.
 */
@Repository
@Profile("!redis")
class MemoryPostStore implements PostStore {

	private static final int VOTES_KEPT = 10_000;

	private final Map<Integer, Post> posts = new LinkedHashMap<>();

	private final Map<Ballot, Vote> votes = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<Ballot, Vote> eldest) {
			return size() > VOTES_KEPT;
		}

	};

	MemoryPostStore() {
		FirstPosts.at(Instant.now()).forEach(this::save);
	}

	@Override
	public synchronized List<Post> findAll() {
		return List.copyOf(this.posts.values());
	}

	@Override
	public synchronized Optional<Post> findById(int id) {
		return Optional.ofNullable(this.posts.get(id));
	}

	@Override
	public synchronized Vote findVote(Post post, String visitorId) {
		return this.votes.getOrDefault(new Ballot(post.id(), visitorId), Vote.NONE);
	}

	@Override
	public synchronized Post addVote(Post post, String visitorId, Vote vote) {
		Post before = this.posts.getOrDefault(post.id(), post);
		int change = vote.points - findVote(post, visitorId).points;
		this.votes.put(new Ballot(post.id(), visitorId), vote);
		return save(before.withVotes(before.score() + change, before.votes() + 1));
	}

	@Override
	public synchronized Comment addComment(Post post, String author, String text) {
		Post before = this.posts.getOrDefault(post.id(), post);
		int next = before.comments().isEmpty() ? 1 : before.comments().get(0).id() + 1;
		Comment comment = new Comment(next, author, text, Instant.now());
		save(before.withComments(List.of(comment)));
		return comment;
	}

	private Post save(Post post) {
		this.posts.put(post.id(), post);
		return post;
	}

	private record Ballot(int postId, String visitorId) {

	}

}
