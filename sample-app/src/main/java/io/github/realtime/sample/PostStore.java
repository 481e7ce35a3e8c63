package io.github.realtime.sample;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.springframework.stereotype.Repository;

/**
 * Posts, comments and votes in memory: a restart begins with the first ones again.
 */
@Repository
class PostStore {

	private static final int VOTES_KEPT = 10_000;

	private final Map<Integer, Post> posts = new LinkedHashMap<>();

	private final Map<Ballot, Vote> votes = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<Ballot, Vote> eldest) {
			return size() > VOTES_KEPT;
		}

	};

	PostStore() {
		FirstPosts.at(Instant.now()).forEach((post) -> this.posts.put(post.id(), post));
	}

	synchronized Collection<Post> findAll() {
		return List.copyOf(this.posts.values());
	}

	synchronized Optional<Post> findById(int id) {
		return Optional.ofNullable(this.posts.get(id));
	}

	synchronized void save(Post post) {
		this.posts.put(post.id(), post);
	}

	synchronized Vote findVote(int postId, String visitorId) {
		return this.votes.getOrDefault(new Ballot(postId, visitorId), Vote.NONE);
	}

	synchronized void saveVote(int postId, String visitorId, Vote vote) {
		this.votes.put(new Ballot(postId, visitorId), vote);
	}

	private record Ballot(int postId, String visitorId) {

	}

}
