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

	private final Map<Integer, Post> posts = new LinkedHashMap<>();

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

}
